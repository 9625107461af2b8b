import { BillSection } from "./bill";
import { HeadlineSection } from "./headline";
import { LoadSection } from "./load";
import { NotesSection } from "./notes";
import { OptimizeSection } from "./optimize";
import { PriceSection } from "./price";
import type { Report } from "./report";
import { TrainSection } from "./train";
import { date, period } from "./words";

const RUNS_SHOWN = 3; // of each kind, the latest; the bill has them all

function Earlier({ what, runs }: { what: string; runs: { run: string }[] }) {
  const hidden = runs.length - RUNS_SHOWN;
  if (hidden <= 0) return null;
  return <p class="remark">{hidden} earlier {what} of the period: figures in purser report --json.</p>;
}

export function Page({ report }: { report: Report }) {
  const { bill } = report;
  return (
    <>
      <header class="masthead">
        <p class="wordmark">Purser</p>
        <h1>{report.title}</h1>
        <p class="dateline">
          <span>{period(report.period.start, report.period.end)}</span>
          <span class={bill.closed ? "badge closed" : "badge"}>
            {bill.closed ? "closed: equals the journal" : `open: as of ${date(bill.as_of)}`}
          </span>
        </p>
      </header>
      <HeadlineSection report={report} />
      <BillSection bill={bill} budgets={report.budgets} />
      {report.resources.map((resource) => (
        <PriceSection key={resource.name + resource.month} resource={resource} />
      ))}
      {report.train.slice(-RUNS_SHOWN).map((run) => <TrainSection key={run.run} run={run} />)}
      <Earlier what="training runs" runs={report.train} />
      {report.optimize.slice(-RUNS_SHOWN).map((run) => <OptimizeSection key={run.run} run={run} />)}
      <Earlier what="optimizations" runs={report.optimize} />
      {report.load.slice(-RUNS_SHOWN).map((run) => <LoadSection key={run.run} run={run} />)}
      <Earlier what="load tests" runs={report.load} />
      <NotesSection report={report} />
    </>
  );
}
