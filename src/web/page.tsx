import { BillSection } from "./bill";
import { HeadlineSection } from "./headline";
import { LoadSection } from "./load";
import { NotesSection } from "./notes";
import { OptimizeSection } from "./optimize";
import { PricesSection } from "./price";
import type { Report } from "./report";
import { TrainSection } from "./train";
import { count, date, period } from "./words";

function Earlier({ what, of, runs }: { what: string; of: number; runs: unknown[] }) {
  const earlier = of - runs.length;
  if (earlier <= 0) return null;
  return <p class="remark">{count(earlier)} earlier {what} of the period: figures in purser report --json.</p>;
}

export function Page({ report }: { report: Report }) {
  const { bill } = report;
  return (
    <>
      <header class="masthead">
        <p class="wordmark">Purser</p>
        <h1><bdi>{report.title}</bdi></h1>
        <p class="dateline">
          <span>{period(report.period.start, report.period.end)}</span>
          <span class={bill.closed ? "badge closed" : "badge"}>
            {bill.closed ? "closed: equals the journal" : `open: as of ${date(bill.as_of)}`}
          </span>
        </p>
      </header>
      <HeadlineSection report={report} />
      <BillSection bill={bill} budgets={report.budgets} />
      <PricesSection resources={report.resources} />
      {report.train.map((run) => <TrainSection key={run.run} run={run} />)}
      <Earlier what="training runs" runs={report.train} of={report.train_runs} />
      {report.optimize.map((run) => <OptimizeSection key={run.run} run={run} />)}
      <Earlier what="optimizations" runs={report.optimize} of={report.optimize_runs} />
      {report.load.map((run) => <LoadSection key={run.run} run={run} />)}
      <Earlier what="load tests" runs={report.load} of={report.load_runs} />
      <NotesSection report={report} />
    </>
  );
}
