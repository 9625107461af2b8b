// The table of verbs, put together from the files verb_<name>.cc in the order a new user meets
// them.
#include "cli/verbs.h"

#include <array>

namespace purser::cli {

std::span<const Verb> all_verbs() {
  static const std::vector<Verb> kVerbs = [] {
    std::vector<Verb> verbs;
    add_init_verbs(verbs);
    add_asset_verbs(verbs);
    add_asset_purchase_verbs(verbs);
    add_asset_import_verbs(verbs);
    add_asset_export_verbs(verbs);
    add_asset_schedule_verbs(verbs);
    add_asset_event_verbs(verbs);
    add_asset_undo_verbs(verbs);
    add_asset_place_verbs(verbs);
    add_asset_division_verbs(verbs);
    add_asset_upkeep_verbs(verbs);
    add_asset_history_verbs(verbs);
    add_asset_units_verbs(verbs);
    add_books_site_verbs(verbs);
    add_books_verbs(verbs);
    add_books_export_verbs(verbs);
    add_books_trial_balance_verbs(verbs);
    add_books_register_verbs(verbs);
    add_books_disposals_verbs(verbs);
    add_books_macrs_verbs(verbs);
    add_books_account_verbs(verbs);
    add_books_role_verbs(verbs);
    add_books_audit_verbs(verbs);
    add_books_backup_verbs(verbs);
    add_books_copy_verbs(verbs);
    add_model_verbs(verbs);
    add_data_verbs(verbs);
    add_train_verbs(verbs);
    add_optimize_verbs(verbs);
    add_serve_verbs(verbs);
    add_load_verbs(verbs);
    add_rate_verbs(verbs);
    add_budget_verbs(verbs);
    add_cost_verbs(verbs);
    add_report_verbs(verbs);
    add_meter_verbs(verbs);
    return verbs;
  }();
  return kVerbs;
}

std::span<const Option> global_options() {
  static constexpr std::array kOptions{
      Option{"--json", "", "print one JSON document instead of text"},
      Option{"-C,--workspace", "DIR", "look for the workspace from here", "."},
      Option{"--books", "URL",
             "where the books are: sqlite:FILE or postgresql://HOST/DATABASE; also PURSER_BOOKS",
             "in the workspace"},
      Option{"--now", "TIME", "pretend that it is this time (UTC), for trying things out"},
  };
  return kOptions;
}

}  // namespace purser::cli
