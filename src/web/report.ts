// The report's JSON, as src/report/report.h writes it.

export interface Money {
  currency: string;
  amount: string; // decimal text, to the billionth: never a number
}

export interface Accuracy {
  correct: number;
  total: number;
  accuracy: number;
  accuracy_lower: number;
  accuracy_upper: number;
  loss?: number | null;
}

export interface PricePart {
  kind: string; // "depreciation", "maintenance", "space" or "energy"
  per_hour: Money;
  per_month: Money | null; // what the hours of the month share
  formula: string;
  source: string; // "forecast from the asset's terms", "posted in the journal", "reversed in …" or "modelled"
}

// What an hour of a resource costs. The parts add up to the price at load.
export interface Resource {
  name: string;
  site: string;
  month: string; // "2026-11"
  closed: boolean;
  hours_in_service: number;
  price_per_hour_idle: Money;
  price_per_hour_at_load: Money;
  idle_watts: number;
  load_watts: number;
  parts: PricePart[];
}

export interface BillLine {
  resource: string;
  month: string;
  run: string; // empty: idle
  verb: string; // "idle" of an idle line
  model: string;
  model_version: string;
  budget: string;
  device_seconds: number;
  energy_joules: number;
  energy_source: string; // "measured" or "modelled"
  amount: Money;
  share: number; // of the bill, 0 to 1
}

// lines + idle + unallocated = total, exactly.
export interface Bill {
  closed: boolean; // every month of it
  as_of: string;
  lines: BillLine[];
  idle: BillLine[];
  // late_of: of energy that was metered after its month was closed, that month
  unallocated: { resource: string; month: string; kind: string; amount: Money; reason: string; late_of: string | null }[];
  unpriced: { run: string; resource: string; device_seconds: number; reason: string }[];
  used_total: Money;
  idle_total: Money;
  total: Money;
  posted: Money | null; // what the journal holds for it, where every month is closed
  agrees: boolean; // the lines add up to the total, and the total is what was posted
}

export interface Budget {
  name: string;
  limit: Money;
  spent: Money;
  reserved: Money;
  left: Money;
}

interface RunRecord {
  run: string;
  model: string;
  model_version: string;
  budget: string;
  data: string;
  started: string;
  outcome: string;
  device_seconds: number;
  cost: Money | null;
}

export interface CurvePoint {
  step: number;
  epoch: number;
  device_seconds: number;
  training_loss: number | null; // null: the run diverged
  held_out_loss: number | null;
  held_out_accuracy: number;
}

export interface TrainRun extends RunRecord {
  stop_reason: string;
  predicted_cost: Money | null;
  predicted_device_seconds: number | null;
  plan: {
    batch: number;
    micro_batch: number;
    accumulate: number;
    threads: number;
    tensor_memory_limit_bytes: number | null;
    peak_tensor_memory_bytes: number;
    peak_process_memory_bytes: number | null;
  };
  samples_per_second: number | null;
  target_accuracy: number | null;
  curve: CurvePoint[];
  held_out: Accuracy | null;
  test: Accuracy | null;
}

export interface Latency {
  batch: number;
  median_us: number;
  low_us: number;
  high_us: number;
}

export interface Candidate {
  name: string;
  recipe: string; // how it was made, in words
  file_bytes: number | null;
  parameters: number | null;
  accuracy: Accuracy;
  drop: number | null;
  drop_upper: number | null;
  only_original_correct: number | null;
  only_candidate_correct: number | null;
  p_value: number | null;
  latency: Latency[];
  kernels: string;
  verdict: string;
  reason: string;
  cost_per_million: Money | null;
  saving_per_million: Money | null;
  payback_predictions: number | null;
  further_epochs: number; // trained more than the original was
}

export interface OptimizeRun extends RunRecord {
  max_drop: number;
  processor: string;
  vnni: boolean | null;
  threads: number | null;
  candidates: Candidate[];
  winner: string | null;
  test: { candidate: string; original: Accuracy; accuracy: Accuracy; drop: number; drop_upper: number } | null;
}

export interface LoadRun extends RunRecord {
  url: string;
  stopped: boolean; // before its time
  duration_seconds: number | null;
  offered_per_second: number;
  achieved_per_second: number;
  requests: number;
  errors: number;
  accuracy: Accuracy | null;
  latency_ms: {
    p50: number;
    p90: number | null;
    p99: number;
    p99_9: number;
    max: number | null;
    at_least: string[]; // "p99_9": of these only a lower bound is known, the deadline of requests given up
    timeouts: number; // of the requests: given up, and among the latencies at their deadline
    timeout: number | null; // that deadline
  };
  histogram: { below_ms: number; count: number }[];
  cost_per_million: Money | null;
}

export interface Headline {
  total: Money;
  cost_per_million: Money | null;
  cost_per_million_source: string; // a sentence: of which model, measured how
  saving_per_million: Money | null;
  saving_share: number | null; // of the cost before, 0 … 1
  payback_predictions: number | null;
  budget_limit: Money | null;
  budget_left: Money | null;
}

export interface Report {
  format: 1;
  title: string;
  workspace: string;
  generated_at: string;
  period: { start: string; end: string };
  currency: string;
  headline: Headline;
  resources: Resource[];
  bill: Bill;
  budgets: Budget[];
  // Of each kind the latest runs, and how many there are.
  train: TrainRun[];
  train_runs: number;
  optimize: OptimizeRun[];
  optimize_runs: number;
  load: LoadRun[];
  load_runs: number;
  left_out_runs: number; // damaged; the notes tell of them
  notes: string[];
}
