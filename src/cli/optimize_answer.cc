#include "cli/optimize_answer.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/files.h"
#include "cli/share.h"
#include "report/table.h"
#include "runtime/runtime.h"

namespace purser::cli {
namespace {

using optimize::Candidate;
using optimize::Timing;
using report::Align;
using report::Json;

constexpr double kMillion = 1e6;

// Of the machine, of which a prediction holds one core, as in `purser serve`.
Nanoseconds time_of_a_million(const Timing& timing) {
  return Share::here().of(
      Nanoseconds(std::llround(timing.seconds_per_prediction.median * kMillion * 1e9)));
}

// Predictions whose saving equals the cost, rounded up.
std::optional<std::int64_t> payback(const money::Cost& cost, const money::Cost& saving) {
  if (saving.is_negative() || saving.is_zero()) return std::nullopt;
  const auto million = static_cast<money::Int128>(1'000'000);
  const money::Int128 predictions =
      (cost.billionths() * million + saving.billionths() - 1) / saving.billionths();
  if (predictions > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(predictions);
}

std::string count_text(std::int64_t count) {
  const auto number = static_cast<double>(count);
  if (count >= 1'000'000'000) return fmt::format("{:.1f} billion", number / 1e9);
  if (count >= 1'000'000) return fmt::format("{:.1f} million", number / 1e6);
  if (count >= 10'000) return fmt::format("{:.0f} thousand", number / 1e3);
  return std::to_string(count);
}

std::string processor_name() {
  const auto info = read_file("/proc/cpuinfo");
  if (!info) return {};
  const std::size_t line = info->find("model name");
  if (line == std::string::npos) return {};
  const std::size_t start = info->find(": ", line);
  return info->substr(start + 2, info->find('\n', start) - start - 2);
}

Json accuracy_json(const train::Evaluation& evaluation) {
  Json accuracy = Json::object();
  accuracy.set("correct", evaluation.correct).set("total", evaluation.total);
  accuracy.set("accuracy", evaluation.accuracy()).set("accuracy_lower", evaluation.lower());
  return accuracy.set("accuracy_upper", evaluation.upper());
}

Json latency_json(const Timing& timing) {
  Json latency = Json::object();
  latency.set("batch", timing.batch);
  latency.set("median_us", timing.seconds_per_prediction.median * 1e6);
  latency.set("low_us", timing.seconds_per_prediction.lower * 1e6);
  latency.set("high_us", timing.seconds_per_prediction.upper * 1e6);
  latency.set("speedup", timing.speedup.median).set("speedup_low", timing.speedup.lower);
  return latency.set("speedup_high", timing.speedup.upper).set("rounds", timing.rounds);
}

// A row a candidate and batch: medians, and the quartiles of the rounds.
std::string times_text(const std::vector<Candidate>& candidates) {
  report::Table table({{"candidate"},
                       {"batch", Align::kRight},
                       {"us a prediction", Align::kRight},
                       {"times as fast", Align::kRight},
                       {"size", Align::kRight}});
  for (const Candidate& c : candidates) {
    for (const Timing* timing : {&c.single, &c.batched}) {
      const optimize::Spread& time = timing->seconds_per_prediction;
      const optimize::Spread& speedup = timing->speedup;
      table.add_row(
          {c.name, std::to_string(timing->batch),
           fmt::format("{:.1f} ({:.1f}-{:.1f})", time.median * 1e6, time.lower * 1e6,
                       time.upper * 1e6),
           fmt::format("{:.2f} ({:.2f}-{:.2f})", speedup.median, speedup.lower, speedup.upper),
           timing == &c.single ? humanize(Bytes{c.file_bytes}) : ""});
    }
  }
  return table.render(report::TableStyle::for_stdout());
}

std::string points(double fraction) { return fmt::format("{:+.2f}", fraction * 100); }

}  // namespace

OptimizeAnswer::OptimizeAnswer(const OptimizeArguments& words, const optimize::Outcome& outcome,
                               const Pricing& pricing, const PricedRun& run, Instant finished)
    : words_(words), outcome_(outcome), pricing_(pricing), run_(run), finished_(finished) {
  for (std::size_t i = 0; i < outcome_.candidates.size(); ++i) priced_.push_back(price(i));
}

OptimizeAnswer::Priced OptimizeAnswer::price(std::size_t candidate) const {
  const Candidate& original = outcome_.candidates[0];
  const Candidate& other = outcome_.candidates[candidate];
  const auto cost = [&](const Timing& timing) {
    return pricing_.price_at_load(time_of_a_million(timing));
  };
  const money::Cost saving_single = cost(original.single) - cost(other.single);
  const money::Cost saving_batched = cost(original.batched) - cost(other.batched);
  const bool single = saving_single < saving_batched;
  const money::Cost spent = run_.spent() + pricing_.price_at_load(outcome_.earlier_device_time);
  Priced priced{.per_million = single ? cost(other.single) : cost(other.batched),
                .saving = single ? saving_single : saving_batched};
  priced.payback_predictions = payback(spent, priced.saving);
  std::tie(priced.judgement, priced.reason) = judge(candidate, priced);
  return priced;
}

std::pair<OptimizeAnswer::Judgement, std::string> OptimizeAnswer::judge(
    std::size_t candidate, const Priced& priced) const {
  if (candidate == 0) return {Judgement::kOriginal, "what the others are compared with"};
  const Candidate& other = outcome_.candidates[candidate];
  if (!other.measurably_faster()) {
    return {Judgement::kNotWorthIt,
            fmt::format("{:.2f}x as fast where it gains least", other.speedup())};
  }
  if (candidate == outcome_.chosen && outcome_.verdict == optimize::Verdict::kNotProven) {
    return {Judgement::kTooInaccurate,
            fmt::format("on the test set it may lose {} points, {} are allowed",
                        points(outcome_.test.upper_bound()), points(words_.max_drop))};
  }
  if (!other.promising) {
    return {
        Judgement::kTooInaccurate,
        fmt::format("over the test set it may be expected to lose up to {} points, {} are allowed",
                    points(other.expected_drop_upper), points(words_.max_drop))};
  }
  if (candidate != outcome_.chosen) {
    return {Judgement::kNotWorthIt, "another one is faster and good enough"};
  }
  const auto& expected = words_.expected_predictions;
  if (!priced.payback_predictions || (expected && *priced.payback_predictions > *expected)) {
    return {Judgement::kNotWorthIt, "it would not pay for itself within the predictions expected"};
  }
  return {Judgement::kKeep,
          fmt::format("{:.2f}x as fast, and no worse than allowed", other.speedup())};
}

bool OptimizeAnswer::keep() const {
  return outcome_.chosen != 0 && priced_[outcome_.chosen].judgement == Judgement::kKeep;
}

std::string OptimizeAnswer::text() const {
  constexpr std::string_view kJudgements[] = {"-", "keep", "not worth it", "too inaccurate"};
  report::Table table({{"candidate"},
                       {"accuracy", Align::kRight},
                       {"drop", Align::kRight},
                       {"faster", Align::kRight},
                       {"saves a million", Align::kDecimal},
                       {"verdict"}});
  for (std::size_t i = 0; i < outcome_.candidates.size(); ++i) {
    const Candidate& c = outcome_.candidates[i];
    const Priced& priced = priced_[i];
    const double margin = (c.held_out.upper() - c.held_out.lower()) / 2;
    table.add_row({c.name,
                   fmt::format("{:.2f} ± {:.2f}%", c.held_out.accuracy() * 100, margin * 100),
                   i == 0 ? "" : points(c.against_original.drop()),
                   fmt::format("{:.2f}x", c.speedup()), i == 0 ? "" : money::format(priced.saving),
                   std::string(kJudgements[static_cast<std::size_t>(priced.judgement)])});
  }
  std::string text = table.render(report::TableStyle::for_stdout());
  text += "\n" + times_text(outcome_.candidates);
  text += fmt::format(
      "Accuracy of {} held-out images; times on {}, one thread: medians (quartiles).\n",
      outcome_.candidates[0].held_out.total,
      processor_name() + (runtime::has_vnni() ? " (VNNI)" : " (no VNNI: 7-bit weights)"));
  for (const std::string& note : outcome_.notes) text += fmt::format("Note: {}.\n", note);
  return text + conclusion();
}

std::string OptimizeAnswer::conclusion() const {
  std::string text;
  if (outcome_.test.total > 0) {
    const optimize::Comparison& test = outcome_.test;
    text += fmt::format(
        "Proof on the {} test images, used once: '{}' {:.2f}%, original {:.2f}%; drop {} points, "
        "at "
        "most {} (one-sided 95%), {} allowed; {} lost, {} gained, p = {:.3f}.\n",
        test.total, outcome_.candidates[outcome_.chosen].name,
        outcome_.chosen_test.accuracy() * 100, outcome_.original_test.accuracy() * 100,
        points(test.drop()), points(test.upper_bound()), points(words_.max_drop), test.lost,
        test.gained, test.p_value());
  }
  const std::int64_t further = outcome_.candidates[outcome_.chosen].further_epochs;
  if (further > 0) {
    text += fmt::format(
        "'{}' was trained for {} more {} than the original; train the original for as long before "
        "calling the difference one of width.\n",
        outcome_.candidates[outcome_.chosen].name, further, further == 1 ? "epoch" : "epochs");
  }
  const std::string sharing = run_.sharing();
  const std::string spent =
      money::format(run_.spent()) + (sharing.empty() ? "" : fmt::format(" ({})", sharing));
  if (!keep()) {
    const std::string why = outcome_.chosen == 0 ? std::string(optimize::name(outcome_.verdict))
                                                 : priced_[outcome_.chosen].reason;
    return text + fmt::format("Not worth it: {}. Run '{}' cost {}.\n", why, run_.name(), spent);
  }
  const Priced& priced = priced_[outcome_.chosen];
  return text + fmt::format(
                    "Keep: {} is {:.2f}x as fast and saves {} a million predictions.\n"
                    "Run '{}' cost {} and has paid for itself after {} predictions.\n",
                    words_.output.string(), outcome_.best().speedup(), money::format(priced.saving),
                    run_.name(), spent, count_text(priced.payback_predictions.value_or(0)));
}

report::Json OptimizeAnswer::candidate_record(std::size_t candidate) const {
  constexpr std::string_view kVerdicts[] = {"original", "keep", "not-worth-it", "too-inaccurate"};
  const Candidate& c = outcome_.candidates[candidate];
  const Priced& priced = priced_[candidate];
  Json record = Json::object();
  record.set("name", c.name).set("recipe", c.recipe).set("file_bytes", c.file_bytes);
  std::int64_t parameters = 0;
  for (const auto& [name, tensor] : c.graph.initializers) parameters += tensor.element_count();
  record.set("parameters", parameters);
  const auto work = graph::work_of(c.graph);
  record.set("multiply_adds", work ? Json(work->multiply_adds) : Json());
  record.set("accuracy", accuracy_json(c.held_out));
  if (candidate != 0) {
    record.set("drop", c.against_original.drop());
    record.set("drop_upper", c.against_original.upper_bound());
    record.set("only_original_correct", c.against_original.lost);
    record.set("only_candidate_correct", c.against_original.gained);
    record.set("p_value", c.against_original.p_value());
  }
  Json latency = Json::array();
  latency.push(latency_json(c.single)).push(latency_json(c.batched));
  record.set("latency", latency).set("speedup", c.speedup());
  if (c.further_epochs > 0) record.set("further_epochs", c.further_epochs);
  if (!c.integer_kernels.empty()) record.set("kernels", c.integer_kernels);
  record.set("device_seconds", seconds(c.device_time)).set("on_frontier", c.on_frontier);
  record.set("verdict", kVerdicts[static_cast<std::size_t>(priced.judgement)]);
  record.set("reason", priced.reason).set("cost_per_million", priced.per_million);
  if (candidate != 0) {
    record.set("saving_per_million", priced.saving);
    record.set("payback_predictions", priced.payback_predictions);
  }
  return record;
}

report::Json OptimizeAnswer::record() const {
  const meter::Run& run = run_.run();
  Json record = Json::object();
  record.set("format", 1).set("run", run.name).set("verb", "optimize");
  record.set("resource", run.resource).set("model", run.model).set("budget", run.budget);
  record.set("data", words_.data).set("started", run.started).set("finished", finished_);
  record.set("outcome", outcome_.stopped ? "stopped" : "done");
  record.set("device_seconds", seconds(run_.device_time())).set("cost", run_.spent());
  record.set("max_drop", words_.max_drop).set("processor", processor_name());
  record.set("vnni", runtime::has_vnni()).set("threads", 1);
  record.set("expected_predictions", words_.expected_predictions);
  Json candidates = Json::array();
  for (std::size_t i = 0; i < outcome_.candidates.size(); ++i) candidates.push(candidate_record(i));
  record.set("candidates", candidates);
  record.set("winner", keep() ? Json(outcome_.best().name) : Json());
  if (outcome_.test.total > 0) {
    Json test = Json::object();
    test.set("candidate", outcome_.candidates[outcome_.chosen].name);
    test.set("original", accuracy_json(outcome_.original_test));
    test.set("accuracy", accuracy_json(outcome_.chosen_test));
    test.set("drop", outcome_.test.drop()).set("drop_upper", outcome_.test.upper_bound());
    test.set("only_original_correct", outcome_.test.lost);
    test.set("only_candidate_correct", outcome_.test.gained);
    record.set("test", test.set("p_value", outcome_.test.p_value()));
  }
  record.set("output", keep() ? Json(words_.output.string()) : Json());
  return record.set("notes", outcome_.notes);
}

}  // namespace purser::cli
