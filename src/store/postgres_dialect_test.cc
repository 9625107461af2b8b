#include "store/postgres_dialect.h"

#include <gtest/gtest.h>

namespace purser::store {
namespace {

TEST(PostgresText, NumbersItsParameters_AndLeavesTextsAlone) {
  const PostgresText text =
      postgres_text("SELECT '?', \"a?\", b -- what?\nFROM t WHERE c = ? AND d = ?");
  EXPECT_EQ(text.sql, "SELECT '?', \"a?\", b -- what?\nFROM t WHERE c = $1 AND d = $2");
  EXPECT_EQ(text.parameters, 2);
  EXPECT_TRUE(text.only_reads);
  const PostgresText numbered = postgres_text("UPDATE t SET a = ?2 WHERE b = ?1 OR ?1 IS NULL");
  EXPECT_EQ(numbered.sql, "UPDATE t SET a = $2 WHERE b = $1 OR $1 IS NULL");
  EXPECT_EQ(numbered.parameters, 2);
  EXPECT_FALSE(numbered.only_reads);
  EXPECT_EQ(postgres_text("SELECT 'it''s ?'").parameters, 0);
  EXPECT_FALSE(postgres_text("SELECT 'LIMIT' -- limit").has_limit);
  EXPECT_TRUE(postgres_text("SELECT a FROM t ORDER BY a limit 1").has_limit);
  EXPECT_FALSE(postgres_text("SELECT (SELECT b FROM u LIMIT 1) FROM t").has_limit);
}

TEST(PostgresScript, TranslatesTypesAndKeysOfTables) {
  EXPECT_EQ(*postgres_script("CREATE TABLE site (\n"
                             "  id INTEGER PRIMARY KEY, -- INTEGER\n"
                             "  name TEXT NOT NULL UNIQUE DEFAULT 'TEXT; STRICT', data BLOB\n"
                             ") STRICT;"),
            "CREATE TABLE site (\n"
            "  id BIGINT DEFAULT purser_next('site', 'id') PRIMARY KEY, -- INTEGER\n"
            "  name TEXT COLLATE \"C\" NOT NULL UNIQUE DEFAULT 'TEXT; STRICT', data BYTEA\n"
            ") ;\n");
  EXPECT_EQ(*postgres_script("CREATE TABLE a (b TEXT, c INTEGER, PRIMARY KEY (b, c)) STRICT, "
                             "WITHOUT ROWID"),
            "CREATE TABLE a (b TEXT COLLATE \"C\", c BIGINT, PRIMARY KEY (b, c))   ;\n");
  EXPECT_EQ(*postgres_script("ALTER TABLE a ADD COLUMN d INTEGER NOT NULL DEFAULT 0"),
            "ALTER TABLE a ADD COLUMN d BIGINT NOT NULL DEFAULT 0;\n");
  EXPECT_EQ(*postgres_script("CREATE INDEX e ON a (b) WHERE c = 0; "),
            "CREATE INDEX e ON a (b) WHERE c = 0;\n");
  EXPECT_EQ(*postgres_script(""), "");
}

TEST(PostgresScript, TurnsARefusingTriggerIntoAFunction) {
  const std::string script = *postgres_script(
      "CREATE TRIGGER stays BEFORE DELETE ON entry\n"
      "  BEGIN SELECT RAISE(ABORT, 'it stays; reverse it'); END;\n"
      "CREATE TRIGGER late BEFORE INSERT ON entry WHEN NEW.period <= (SELECT max(p) FROM c)\n"
      "  BEGIN SELECT RAISE(ABORT, 'closed'); END;");
  EXPECT_NE(script.find("IF true THEN RAISE EXCEPTION USING MESSAGE = 'it stays; reverse it'"),
            std::string::npos)
      << script;
  EXPECT_NE(script.find("RETURN OLD"), std::string::npos);
  EXPECT_NE(script.find("IF  NEW.period <= (SELECT max(p) FROM c)"), std::string::npos) << script;
  EXPECT_NE(script.find("BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION late()"),
            std::string::npos);
}

TEST(PostgresScript, RefusesATriggerThatDoesMore) {
  EXPECT_FALSE(postgres_script("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END"));
  EXPECT_FALSE(postgres_script("CREATE TRIGGER t BEFORE INSERT ON a BEGIN DELETE FROM b; END"));
}

}  // namespace
}  // namespace purser::store
