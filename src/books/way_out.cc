#include "books/way_out.h"

#include <algorithm>

#include <fmt/format.h>

#include "books/in_the_way.h"

namespace purser::books {
namespace {

bool leaves(const Event& event) {
  return std::holds_alternative<Disposal>(event.what) || std::holds_alternative<Merged>(event.what);
}

// The event with which it is gone on that day. Null: it is here.
const Event* leaving_until(const Asset& asset, Date day) {
  const Event* last = nullptr;
  for (const Event& event : asset.events) {
    if (event.effective > day) break;
    if (leaves(event)) last = &event;
    if (std::holds_alternative<Reinstatement>(event.what)) last = nullptr;
  }
  return last;
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

// Nothing can happen any more to what is gone.
std::string way_out_of_gone(const Event& event, const Asset& asset, const Event& leaving,
                            Date open) {
  const std::string left = left_text(asset, leaving);
  const bool is_of_service = is_of_placement(event.what) ||
                             std::holds_alternative<Disposal>(event.what) ||
                             std::holds_alternative<Reinstatement>(event.what);
  if (is_of_service) return left + ", and nothing of it is left to correct";
  if (leaving.effective >= open) {
    return fmt::format("{}; take that back first, and ask again: {}", left,
                       undoing_of(leaving));
  }
  if (const auto* const merged = std::get_if<Merged>(&leaving.what)) {
    return fmt::format("{}; correct it there: purser asset show {}", left, merged->into);
  }
  return left +
         ", and its gain or loss has what this changed; book what was paid or owed wrongly in the "
         "ledger that the export goes to";
}

// Of an event of an asset that is here on the first open day.
class WayOut {
 public:
  WayOut(const Event& event, const Asset& asset, const Asset* partner, Date open)
      : event_(event), asset_(asset), partner_(partner), open_(open) {}

  std::string operator()(const Disposal&) const {
    const Event* const back = next<Reinstatement>(asset_, event_);
    if (back == nullptr) return command("bring it back from an open day on", "reinstate");
    return fmt::format("it came back on {}, which takes back what left with it", format(back->on));
  }
  std::string operator()(const Improvement& what) const {
    if (what.cost.is_negative()) {
      return command("add to its cost what it cost after all", "improve");
    }
    return fmt::format(
        "take off what was not to be paid, purser asset credit {0}, or write off what does not "
        "belong to its cost: purser asset impair {0}",
        asset_.name);
  }
  std::string operator()(const Repair&) const {
    return "book what came back of it in the ledger that the export goes to";
  }
  std::string operator()(const Estimate&) const {
    return command("estimate it anew from an open day on", "estimate");
  }
  std::string operator()(const Impairment&) const {
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
    return fmt::format("it ended on {}, and nothing of it is left to correct", format(ended->on));
  }
  std::string operator()(const Resume&) const {
    const Event* const again = next<Pause>(asset_, event_);
    if (again == nullptr) return command("pause it again from an open day on", "pause");
    return fmt::format("it rests again since {}, and nothing of it is left to correct",
                       format(again->on));
  }
  std::string operator()(const Split& what) const {
    if (partner_ == nullptr) return command("write off what it lost", "impair");
    const Event* const gone = leaving_until(*partner_, open_);
    if (gone == nullptr) {
      return fmt::format("make its part a part of it again: purser asset merge {} --into {}",
                         what.part, asset_.name);
    }
    const auto* const merged = std::get_if<Merged>(&gone->what);
    if (merged != nullptr && merged->into == asset_.name) {
      return left_text(*partner_, *gone) + " again";
    }
    if (merged != nullptr || gone->effective >= open_) {
      return way_out_of_gone(event_, *partner_, *gone, open_);
    }
    return fmt::format("{}; bring it back from an open day on: purser asset reinstate {}",
                       left_text(*partner_, *gone), what.part);
  }
  std::string operator()(const Merge&) const { return command("split it again", "split"); }
  std::string operator()(const Reinstatement&) const {
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

  const Event& event_;
  const Asset& asset_;
  const Asset* partner_;
  Date open_;
};

}  // namespace

std::string way_out(const Event& event, const Asset& asset, const Asset* partner, Date open) {
  const Event* const gone = leaving_until(asset, open);
  const bool in_the_ledger = std::holds_alternative<Repair>(event.what);
  if (gone != nullptr && gone->id != event.id && !in_the_ledger) {
    return way_out_of_gone(event, asset, *gone, open);
  }
  return std::visit(WayOut(event, asset, partner, open), event.what);
}

}  // namespace purser::books
