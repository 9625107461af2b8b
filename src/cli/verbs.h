// One function for each file verb_<name>.cc: it appends that file's verbs to the table.
#pragma once

#include <vector>

#include "cli/verb.h"

namespace purser::cli {

void add_init_verbs(std::vector<Verb>& verbs);
void add_asset_verbs(std::vector<Verb>& verbs);
void add_asset_schedule_verbs(std::vector<Verb>& verbs);
void add_asset_purchase_verbs(std::vector<Verb>& verbs);
void add_asset_event_verbs(std::vector<Verb>& verbs);
void add_asset_undo_verbs(std::vector<Verb>& verbs);
void add_asset_place_verbs(std::vector<Verb>& verbs);
void add_asset_division_verbs(std::vector<Verb>& verbs);
void add_asset_upkeep_verbs(std::vector<Verb>& verbs);
void add_asset_history_verbs(std::vector<Verb>& verbs);
void add_asset_import_verbs(std::vector<Verb>& verbs);
void add_asset_export_verbs(std::vector<Verb>& verbs);
void add_asset_units_verbs(std::vector<Verb>& verbs);
void add_books_site_verbs(std::vector<Verb>& verbs);
void add_books_verbs(std::vector<Verb>& verbs);
void add_books_backup_verbs(std::vector<Verb>& verbs);
void add_books_copy_verbs(std::vector<Verb>& verbs);
void add_books_export_verbs(std::vector<Verb>& verbs);
void add_books_trial_balance_verbs(std::vector<Verb>& verbs);
void add_books_register_verbs(std::vector<Verb>& verbs);
void add_books_disposals_verbs(std::vector<Verb>& verbs);
void add_books_macrs_verbs(std::vector<Verb>& verbs);
void add_books_account_verbs(std::vector<Verb>& verbs);
void add_books_role_verbs(std::vector<Verb>& verbs);
void add_books_audit_verbs(std::vector<Verb>& verbs);
void add_model_verbs(std::vector<Verb>& verbs);
void add_data_verbs(std::vector<Verb>& verbs);
void add_train_verbs(std::vector<Verb>& verbs);
void add_optimize_verbs(std::vector<Verb>& verbs);
void add_serve_verbs(std::vector<Verb>& verbs);
void add_load_verbs(std::vector<Verb>& verbs);
void add_rate_verbs(std::vector<Verb>& verbs);
void add_meter_verbs(std::vector<Verb>& verbs);
void add_cost_verbs(std::vector<Verb>& verbs);
void add_budget_verbs(std::vector<Verb>& verbs);
void add_report_verbs(std::vector<Verb>& verbs);

}  // namespace purser::cli
