#include "books/way_out.h"

#include <algorithm>

#include <fmt/format.h>

#include "books/in_the_way.h"

namespace purser::books {
namespace {

bool leaves(const Event& event) {
  return std::holds_alternative<Disposal>(event.what) || std::holds_alternative<Merged>(event.what);
}

// With what it is gone for who records something now, as early as may be. A sale of a later day
// leaves days before it; what was shared when it became a part of another is counted, and nothing
// can be told of days before that. Null: it is here.
const Event* leaving_for(const Asset& asset, Date open) {
  const Event* const last = last_leaving(asset);
  const bool is_here_yet =
      last != nullptr && last->effective > open && std::holds_alternative<Disposal>(last->what);
  return is_here_yet ? nullptr : last;
}

// The first behind `event` that is of that kind. Null: there is none.
template <typename What>
const Event* next(const Asset& asset, const Event& event) {
  auto at = std::ranges::find(asset.events, event.id, &Event::id);
  for (; at != asset.events.end(); ++at) {
    if (std::holds_alternative<What>(at->what)) return &*at;
  }
  return nullptr;
}

std::string left_text(const Asset& asset, const Event& leaving) {
  const auto* const merged = std::get_if<Merged>(&leaving.what);
  return merged == nullptr
             ? fmt::format("'{}' was disposed of on {}", asset.name, format(leaving.on))
             : fmt::format("'{}' became a part of '{}' on {}", asset.name, merged->into,
                           format(leaving.on));
}

std::string taking_back(const Asset& asset, const Event& leaving) {
  return fmt::format("{}; take that back first, and ask again: {}", left_text(asset, leaving),
                     undoing_of(leaving));
}

std::string lost_with(const std::string& left) {
  return left +
         ", and its gain or loss has what this changed; book what was paid or owed wrongly in the "
         "ledger that the export goes to";
}

// What a part of another can have corrected: there, and so on.
std::string way_out_of_part(const Merged& merged, const Known& others, Date open) {
  auto whole = others.find(merged.into);
  while (whole != others.end()) {
    const Event* const gone = leaving_for(whole->second, open);
    if (gone == nullptr) break;
    const auto* const further = std::get_if<Merged>(&gone->what);
    if (further == nullptr) {
      return gone->effective >= open ? taking_back(whole->second, *gone)
                                     : lost_with(left_text(whole->second, *gone));
    }
    whole = others.find(further->into);
  }
  if (whole == others.end() || whole->second.name == merged.into) {
    return fmt::format("correct it there: purser asset show {}", merged.into);
  }
  return fmt::format("correct it in '{0}', of which that is a part by now: purser asset show {0}",
                     whole->second.name);
}

// Nothing can happen any more to what is gone.
std::string way_out_of_gone(const Event& event, const Asset& asset, const Event& leaving,
                            const Known& others, Date open) {
  const std::string left = left_text(asset, leaving);
  const bool is_of_service = is_of_placement(event.what) ||
                             std::holds_alternative<Disposal>(event.what) ||
                             std::holds_alternative<Reinstatement>(event.what);
  if (is_of_service && leaving.effective <= open) {
    return left + ", and nothing of it is left to correct";
  }
  if (leaving.effective >= open) return taking_back(asset, leaving);
  if (const auto* const merged = std::get_if<Merged>(&leaving.what)) {
    return fmt::format("{}; {}", left, way_out_of_part(*merged, others, open));
  }
  return lost_with(left);
}

// Of an event of an asset that is here on the first open day.
class WayOut {
 public:
  WayOut(const Event& event, const Asset& asset, const Known& others, Date open)
      : event_(event), asset_(asset), others_(others), open_(open) {}

  std::string operator()(const Disposal&) const {
    const Event* const back = next<Reinstatement>(asset_, event_);
    if (back == nullptr) return command("bring it back from an open day on", "reinstate");
    return fmt::format("it came back on {}, which takes back what left with it", format(back->on));
  }
  std::string operator()(const Improvement& what) const {
    if (what.cost.is_negative()) {
      return command("add to its cost what it cost after all", "improve");
    }
    if (!is_carried() || goes_by_table(Book::kFinancial)) {
      return "nothing can be taken off it or written off; book what was not to be paid in the "
             "ledger that the export goes to";
    }
    const bool beside_a_table = std::ranges::any_of(
        kBooks, [&](Book one) { return asset_.terms_in(one) != nullptr && goes_by_table(one); });
    return fmt::format(
        "take off what was not to be paid, purser asset credit {0}{1}, or write off what does not "
        "belong to its cost: purser asset impair {0}",
        asset_.name, beside_a_table ? " --book financial" : "");
  }
  std::string operator()(const Repair&) const {
    return "book what came back of it in the ledger that the export goes to";
  }
  std::string operator()(const Estimate&) const {
    return command("estimate it anew from an open day on", "estimate");
  }
  std::string operator()(const Impairment&) const {
    const bool is_lost = gains<Impairment>();
    if (!is_lost && gains<Revaluation>()) {
      return command(
          "nothing of that loss is left to take back; what is worth more is revalued from an open "
          "day on",
          "revalue");
    }
    if (!is_lost) {
      return command(
          "nothing of that loss is left to take back; estimate a longer life if it has one",
          "estimate");
    }
    return command("take the loss back from an open day on", "impair");
  }
  std::string operator()(const Revaluation&) const {
    return command("revalue it again from an open day on", "revalue");
  }
  std::string operator()(const Move&) const {
    return command("move it back from an open day on", "move");
  }
  std::string operator()(const Measurement&) const {
    return command("say what it draws from an open day on", "measure");
  }
  std::string operator()(const Pause&) const {
    const Event* const ended = next<Resume>(asset_, event_);
    if (ended == nullptr) return command("resume it from an open day on", "resume");
    return sooner(fmt::format("it ended on {}", format(ended->on)), *ended, "resume");
  }
  std::string operator()(const Resume&) const {
    const Event* const again = next<Pause>(asset_, event_);
    if (again == nullptr) return command("pause it again from an open day on", "pause");
    return sooner(fmt::format("it rests again since {}", format(again->on)), *again, "pause");
  }
  std::string operator()(const Split& what) const {
    const auto part = others_.find(what.part);
    if (part == others_.end()) return command("write off what it lost", "impair");
    // Gone on whichever day, it could become a part of nothing before it.
    const Event* const gone = last_leaving(part->second);
    if (gone == nullptr) {
      return fmt::format("make its part a part of it again: purser asset merge {} --into {}",
                         what.part, asset_.name);
    }
    const auto* const merged = std::get_if<Merged>(&gone->what);
    if (merged != nullptr && merged->into == asset_.name) {
      return left_text(part->second, *gone) + " again";
    }
    if (merged != nullptr || gone->effective >= open_) {
      return way_out_of_gone(event_, part->second, *gone, others_, open_);
    }
    return fmt::format("{}; bring it back from an open day on: purser asset reinstate {}",
                       left_text(part->second, *gone), what.part);
  }
  std::string operator()(const Merge&) const { return command("split it again", "split"); }
  std::string operator()(const Reinstatement&) const {
    if (const Event* const gone = last_leaving(asset_)) return taking_back(asset_, *gone);
    return command("dispose of it again", "dispose");
  }
  std::string operator()(const Opening&) const { return command("dispose of it", "dispose"); }
  std::string operator()(const Merged& what) const {
    return fmt::format("split it off: purser asset split {}", what.into);
  }

 private:
  // In the book of the event.
  std::string command(std::string_view what, std::string_view verb) const {
    const bool is_memo = event_.book && *event_.book != Book::kFinancial;
    return fmt::format("{}: purser asset {} {}{}", what, verb, asset_.name,
                       is_memo ? fmt::format(" --book {}", name(*event_.book)) : "");
  }

  // What followed it may begin on the first open day instead, but on no day before.
  std::string sooner(const std::string& what, const Event& followed, std::string_view verb) const {
    if (followed.effective <= open_) return what + ", and nothing of it is left to correct";
    return fmt::format(
        "{}; take that back first, {}, and let it be so from {} on: "
        "purser asset {} {} --on {}",
        what, undoing_of(followed), format(open_), verb, asset_.name, format(open_));
  }

  // On the first open day, in the book of the event. What cannot be computed is told by who tries.
  std::optional<money::Money> carried() const {
    const bool was_gone = gone_until(open_);
    const auto course = asset_.course(book());
    if (was_gone || !course) return std::nullopt;
    const auto value = course->book_value(open_);
    return value ? std::optional(*value) : std::nullopt;
  }
  bool is_carried() const {
    const auto value = carried();
    return !value || !value->is_zero();
  }
  // Whether it can gain one unit by that.
  template <typename What>
  bool gains() const {
    const auto value = carried();
    if (!value) return true;
    Asset trial = asset_;
    std::erase_if(trial.events, [&](const Event& one) { return one.effective > open_; });
    trial.terms.disposed.reset();
    for (MemoTerms& memo : trial.memo) memo.terms.disposed.reset();
    Event gain = event_;
    for (const Event& one : asset_.events) gain.id = std::max(gain.id, one.id + 1);
    gain.on = gain.effective = open_;
    gain.what = What{money::Money(value->minor() + 1, value->currency())};
    trial.events.push_back(std::move(gain));
    return trial.course(book()).has_value();
  }
  bool gone_until(Date day) const {
    Asset until = asset_;
    std::erase_if(until.events, [&](const Event& one) { return one.effective > day; });
    return gone_since(until.events).has_value();
  }
  // What MACRS charges is neither credited nor impaired.
  bool goes_by_table(Book book) const {
    return std::holds_alternative<Macrs>(asset_.terms_in(book)->method);
  }
  Book book() const { return event_.book.value_or(Book::kFinancial); }

  const Event& event_;
  const Asset& asset_;
  const Known& others_;
  Date open_;
};

}  // namespace

const Event* last_leaving(const Asset& asset) {
  const Event* last = nullptr;
  for (const Event& event : asset.events) {
    if (leaves(event)) last = &event;
    if (std::holds_alternative<Reinstatement>(event.what)) last = nullptr;
  }
  return last;
}

std::string way_out(const Event& event, const Asset& asset, const Known& others, Date open) {
  const Event* const gone = leaving_for(asset, open);
  const bool in_the_ledger = std::holds_alternative<Repair>(event.what);
  if (gone != nullptr && gone->id != event.id && !in_the_ledger) {
    return way_out_of_gone(event, asset, *gone, others, open);
  }
  return std::visit(WayOut(event, asset, others, open), event.what);
}

}  // namespace purser::books
