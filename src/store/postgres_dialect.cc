#include "store/postgres_dialect.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

#include <fmt/format.h>

namespace purser::store {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// A word, a text in quotes, white space with remarks, or one other character.
struct Token {
  enum class Kind : std::uint8_t { kWord, kQuoted, kSpace, kOther };
  Kind kind;
  std::string_view text;

  bool is(std::string_view word) const {
    return text.size() == word.size() &&
           std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) {
             return std::toupper(static_cast<unsigned char>(a)) == b;
           });
  }
};

std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
  const char quote = sql[at];
  for (++at; at < sql.size(); ++at) {
    if (sql[at] != quote) continue;
    if (at + 1 == sql.size() || sql[at + 1] != quote) return at + 1;
    ++at;  // doubled: it stands for itself
  }
  return sql.size();
}

std::size_t end_of_space(std::string_view sql, std::size_t at) {
  while (at < sql.size()) {
    if (std::isspace(static_cast<unsigned char>(sql[at])) != 0) {
      ++at;
    } else if (sql.substr(at, 2) == "--") {
      at = std::min(sql.find('\n', at), sql.size());
    } else {
      break;
    }
  }
  return at;
}

std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < sql.size();) {
    std::size_t end = end_of_space(sql, at);
    auto kind = Token::Kind::kSpace;
    if (end == at && (sql[at] == '\'' || sql[at] == '"')) {
      kind = Token::Kind::kQuoted;
      end = end_of_quoted(sql, at);
    } else if (end == at && is_word(sql[at])) {
      kind = Token::Kind::kWord;
      while (end < sql.size() && is_word(sql[end])) ++end;
    } else if (end == at) {
      kind = Token::Kind::kOther;
      ++end;
    }
    tokens.push_back({kind, sql.substr(at, end - at)});
    at = end;
  }
  return tokens;
}

using Tokens = std::vector<Token>;

Tokens without_space(const Tokens& tokens) {
  Tokens words;
  std::copy_if(tokens.begin(), tokens.end(), std::back_inserter(words),
               [](const Token& token) { return token.kind != Token::Kind::kSpace; });
  return words;
}

std::string joined(const Tokens& tokens) {
  std::string text;
  for (const Token& token : tokens) text += token.text;
  return text;
}

bool starts_with(const Tokens& words, std::initializer_list<std::string_view> start) {
  return words.size() >= start.size() &&
         std::equal(start.begin(), start.end(), words.begin(),
                    [](std::string_view word, const Token& token) { return token.is(word); });
}

// The statements of a script; the body of a trigger ends with END and not with its semicolons.
std::vector<Tokens> statements_of(const Tokens& script) {
  std::vector<Tokens> statements(1);
  bool in_body = false;
  for (const Token& token : script) {
    const bool is_trigger = starts_with(without_space(statements.back()), {"CREATE", "TRIGGER"});
    if (is_trigger && token.is("BEGIN")) in_body = true;
    if (is_trigger && token.is("END")) in_body = false;
    if (token.text == ";" && !in_body) {
      statements.emplace_back();
    } else {
      statements.back().push_back(token);
    }
  }
  std::erase_if(statements, [](const Tokens& one) { return without_space(one).empty(); });
  return statements;
}

// The name of the table in CREATE TABLE [IF NOT EXISTS] name or ALTER TABLE name.
std::string_view table_of(const Tokens& words) {
  for (const Token& word : words) {
    const bool leads = word.is("CREATE") || word.is("ALTER") || word.is("TABLE") || word.is("IF") ||
                       word.is("NOT") || word.is("EXISTS");
    if (!leads) return word.text;
  }
  return "";
}

// Types of columns; STRICT and WITHOUT ROWID go. A table of whole numbers whose key is one counts
// up by itself, as in SQLite: the next number is one above the highest, whatever was rolled back.
std::string table_statement(const Tokens& statement) {
  const Tokens words = without_space(statement);
  const std::string_view table = table_of(words);
  std::string sql;
  std::size_t word = 0;  // the place of the next one in `words`
  for (const Token& token : statement) {
    if (token.kind == Token::Kind::kSpace) {
      sql += token.text;
      continue;
    }
    const auto ahead = [&](std::size_t by) {
      return word + by < words.size() ? words[word + by] : Token{Token::Kind::kOther, ""};
    };
    const bool ends_table = token.is("STRICT") || token.is("WITHOUT") || token.is("ROWID") ||
                            (token.text == "," && ahead(1).is("WITHOUT"));
    if (token.is("INTEGER")) {
      sql += "BIGINT";
      if (ahead(1).is("PRIMARY") && ahead(2).is("KEY") && word > 0) {
        sql += fmt::format(" DEFAULT purser_next('{}', '{}')", table, words[word - 1].text);
      }
    } else if (token.is("TEXT")) {
      sql += "TEXT COLLATE \"C\"";  // by bytes, as SQLite compares them
    } else if (token.is("BLOB")) {
      sql += "BYTEA";
    } else if (!ends_table) {
      sql += token.text;
    }
    ++word;
  }
  return sql;
}

// CREATE TRIGGER name BEFORE what ON table [WHEN condition] BEGIN SELECT RAISE(ABORT, 'text'); END
Result<std::string> trigger_statement(const Tokens& statement) {
  const Tokens words = without_space(statement);
  const auto at = [&](std::string_view word) {
    return std::find_if(statement.begin(), statement.end(),
                        [&](const Token& token) { return token.is(word); });
  };
  const auto begin = at("BEGIN");
  const Tokens body = without_space(Tokens(begin, statement.end()));
  if (words.size() < 7 || !words[3].is("BEFORE") || !words[5].is("ON") || body.size() != 10 ||
      !starts_with(body, {"BEGIN", "SELECT", "RAISE", "(", "ABORT", ","})) {
    return fail(ErrorCode::kEngine,
                fmt::format("internal error: no words of PostgreSQL for: {}", joined(statement)));
  }
  const std::string_view name = words[2].text;
  const auto when = at("WHEN");
  const std::string condition = when < begin ? joined(Tokens(std::next(when), begin)) : "true";
  return fmt::format(
      "CREATE OR REPLACE FUNCTION {0}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN\n"
      "  IF {1} THEN RAISE EXCEPTION USING MESSAGE = {2}; END IF;\n"
      "  RETURN {3};\n"
      "END $body$;\n"
      "CREATE TRIGGER {0} BEFORE {4} ON {5} FOR EACH ROW EXECUTE FUNCTION {0}()",
      name, condition, body[6].text, words[4].is("DELETE") ? "OLD" : "NEW", words[4].text,
      words[6].text);
}

}  // namespace

PostgresText postgres_text(std::string_view sql) {
  PostgresText text;
  const Tokens tokens = tokens_of(sql);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text != "?") {
      text.sql += tokens[i].text;
      continue;
    }
    int number = text.parameters + 1;
    const bool numbered = i + 1 < tokens.size() && tokens[i + 1].kind == Token::Kind::kWord;
    if (numbered) {
      const std::string_view digits = tokens[++i].text;
      std::from_chars(digits.data(), digits.data() + digits.size(), number);
    }
    text.parameters = std::max(text.parameters, number);
    text.sql += fmt::format("${}", number);
  }
  const Tokens words = without_space(tokens);
  text.only_reads = starts_with(words, {"SELECT"});
  int depth = 0;  // a limit within brackets is another query's
  for (const Token& word : words) {
    depth += word.text == "(" ? 1 : word.text == ")" ? -1 : 0;
    text.has_limit = text.has_limit || (depth == 0 && word.is("LIMIT"));
  }
  return text;
}

Result<std::string> postgres_script(std::string_view script) {
  std::string sql;
  for (const Tokens& statement : statements_of(tokens_of(script))) {
    const Tokens words = without_space(statement);
    if (starts_with(words, {"CREATE", "TABLE"}) || starts_with(words, {"ALTER", "TABLE"})) {
      sql += table_statement(statement);
    } else if (starts_with(words, {"CREATE", "TRIGGER"})) {
      PURSER_ASSIGN(const std::string trigger, trigger_statement(statement));
      sql += trigger;
    } else {
      sql += joined(statement);
    }
    sql += ";\n";
  }
  return sql;
}

std::string_view postgres_functions() {
  return R"sql(
CREATE OR REPLACE FUNCTION iif(boolean, bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
  AS 'SELECT CASE WHEN $1 THEN $2 ELSE $3 END';
CREATE OR REPLACE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE
  AS 'SELECT strpos($1, $2)';
CREATE OR REPLACE FUNCTION digest_bytes(text) RETURNS bytea LANGUAGE sql IMMUTABLE
  AS $body$ SELECT CASE WHEN $1 ~ '^[0-9a-f]{64}$' THEN decode($1, 'hex')
    ELSE convert_to($1, 'UTF8') END $body$;
CREATE OR REPLACE FUNCTION max(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
  AS 'SELECT greatest($1, $2)';
CREATE OR REPLACE FUNCTION min(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
  AS 'SELECT least($1, $2)';
CREATE OR REPLACE FUNCTION purser_next(text, text) RETURNS bigint LANGUAGE plpgsql AS $body$
DECLARE number bigint;
BEGIN
  EXECUTE format('SELECT coalesce(max(%I), 0) + 1 FROM %I', $2, $1) INTO number;
  RETURN number;
END $body$;
)sql";
}

}  // namespace purser::store
