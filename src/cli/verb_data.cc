// purser data: what a data set holds.
#include <fmt/format.h>

#include "base/text.h"
#include "cli/verbs.h"
#include "data/data.h"
#include "report/json.h"
#include "report/table.h"

namespace purser::cli {
namespace {

using report::Align;
using report::Json;

std::vector<std::int64_t> label_counts(const data::Dataset& dataset) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(dataset.classes));
  for (const std::uint8_t label : dataset.labels) ++counts[label];
  return counts;
}

Json dataset_json(const data::Dataset& dataset) {
  Json json = Json::object();
  json.set("name", dataset.name).set("samples", dataset.size());
  json.set("sample_shape", dataset.sample_shape).set("classes", dataset.classes);
  json.set("label_counts", label_counts(dataset));
  return json.set("fingerprint", dataset.fingerprint());
}

std::string splits_text(const data::Splits& splits) {
  const auto train = label_counts(splits.train);
  const auto test = label_counts(splits.test);
  report::Table table({{"label"}, {"train", Align::kRight}, {"test", Align::kRight}});
  for (std::size_t label = 0; label < train.size(); ++label) {
    table.add_row(
        {std::to_string(label), std::to_string(train[label]), std::to_string(test[label])});
  }
  table.add_total(
      {"samples", std::to_string(splits.train.size()), std::to_string(splits.test.size())});
  std::string text = table.render(report::TableStyle::for_stdout());
  text += fmt::format("images {}, {} classes\n", fmt::join(splits.train.sample_shape, "x"),
                      splits.train.classes);
  for (const data::Dataset* half : {&splits.train, &splits.test}) {
    text += fmt::format("{}  sha256 {}\n", half->name, half->fingerprint());
  }
  return text;
}

Result<int> show_data(Context& context, const Arguments& arguments) {
  PURSER_ASSIGN(const data::Splits splits, data::load(arguments.positional("DATA")));
  if (context.json()) {
    Json answer = Json::object();
    answer.set("train", dataset_json(splits.train)).set("test", dataset_json(splits.test));
    PURSER_TRY(print(answer.text() + "\n"));
    return 0;
  }
  PURSER_TRY(print(splits_text(splits)));
  return 0;
}

}  // namespace

void add_data_verbs(std::vector<Verb>& verbs) {
  verbs.push_back(
      {.name = "data show",
       .summary = "read a data set and print its sizes, labels and fingerprint",
       .details =
           "The fingerprint is what checkpoints and bills refer to: equal fingerprints, equal\n"
           "images, labels and classes.\n\n"
           "  purser data show fashion-mnist\n"
           "  purser data show fashion-mnist:FOLDER --json",
       .positionals = {{"DATA", "fashion-mnist, or fashion-mnist:FOLDER with its IDX files"}},
       .options = {},
       .run = show_data});
}

}  // namespace purser::cli
