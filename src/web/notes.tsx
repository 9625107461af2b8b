import { Section } from "./parts";
import type { Report } from "./report";
import { date } from "./words";

export function NotesSection({ report }: { report: Report }) {
  return (
    <Section id="notes" title="Measured and modelled">
      <ul class="notes">
        {report.notes.map((note) => <li key={note}>{note}</li>)}
      </ul>
      <footer>
        Written by purser on {date(report.generated_at)} at {report.generated_at.slice(11, 16)} UTC from the
        workspace {report.workspace}. Amounts are exact to the billionth of {report.currency}; dates and
        periods are UTC, ends excluded.
      </footer>
    </Section>
  );
}
