import { BillSection } from "./bill";
import { HeadlineSection } from "./headline";
import { LoadSection } from "./load";
import { NotesSection } from "./notes";
import { OptimizeSection } from "./optimize";
import { PriceSection } from "./price";
import type { Report } from "./report";
import { TrainSection } from "./train";
import { date, period } from "./words";

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
      {report.train.map((run) => <TrainSection key={run.run} run={run} />)}
      {report.optimize.map((run) => <OptimizeSection key={run.run} run={run} />)}
      {report.load.map((run) => <LoadSection key={run.run} run={run} />)}
      <NotesSection report={report} />
    </>
  );
}
