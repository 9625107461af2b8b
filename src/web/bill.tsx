import { Few, More, useMany, type Many } from "./many";
import { decimalsOf, isZero, ratio, sumOf } from "./money";
import { Amount, Legend, Name, Section, StackedBar, type Slice } from "./parts";
import type { Bill, BillLine, Budget, Money } from "./report";
import { count, duration, energy, percent } from "./words";

const LINES_SHOWN = 40;
const IDLE_SHOWN = 15;
const BUDGETS_SHOWN = 20;

const VERBS: [verb: string, label: string][] = [
  ["train", "training"],
  ["optimize", "optimizing"],
  ["serve", "serving"],
  ["load", "load tests"],
];

function slicesOf(bill: Bill): Slice[] {
  const shareOf = (wanted: (verb: string) => boolean) =>
    bill.lines.filter((line) => wanted(line.verb)).reduce((sum, line) => sum + line.share, 0);
  const known = new Set(VERBS.map(([verb]) => verb));
  return [
    ...VERBS.map(([verb, label]) => ({
      key: verb, label, share: shareOf((other) => other === verb), color: `verb-${verb}`,
    })),
    { key: "other", label: "other use", share: shareOf((verb) => !known.has(verb)), color: "verb-other" },
  ].filter((slice) => slice.share > 0);
}

// What is used is often a sliver of the whole: the second bar is that sliver, enlarged.
function Bars({ bill }: { bill: Bill }) {
  const used = slicesOf(bill);
  const usedShare = used.reduce((sum, slice) => sum + slice.share, 0);
  const rest = Math.max(0, 1 - usedShare);
  const all = [...used, { key: "idle", label: "idle", share: rest, color: "verb-idle" }];
  const enlarged = used.length > 0 && usedShare < 0.25;
  return (
    <div class="bars">
      <StackedBar
        slices={all}
        label={`Of the total: ${all.map((slice) => `${slice.label} ${percent(slice.share)}`).join(", ")}`}
      />
      {enlarged && (
        <>
          <svg class="lens" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <polygon points={`0,0 ${Math.max(usedShare * 100, 0.3)},0 100,10 0,10`} />
          </svg>
          <StackedBar
            slices={used}
            label={`Of what was used: ${used.map((slice) => `${slice.label} ${percent(slice.share / usedShare)}`).join(", ")}`}
          />
        </>
      )}
      <Legend slices={all} />
    </div>
  );
}

function Row({ line, decimals }: { line: BillLine; decimals: number }) {
  const idle = line.verb === "idle";
  const model = line.model && `${line.model}${line.model_version ? ` ${line.model_version}` : ""}`;
  const modelled = line.energy_source === "modelled";
  return (
    <tr class={idle ? "idle" : ""}>
      <th scope="row">
        <i class={`dot verb-${VERBS.some(([verb]) => verb === line.verb) || idle ? line.verb : "other"}`} aria-hidden="true" />
        {idle ? "idle" : <Name of={line.run} />}
        <small class="narrow">
          {idle ? line.resource : line.verb}
          {model && <> · <Name of={model} /></>} · {duration(line.device_seconds)}
        </small>
      </th>
      <td class="wide">{idle ? <><Name of={line.resource} />, unused</> : line.verb}</td>
      <td class="wide"><Name of={model || "–"} /></td>
      <td class="wide roomy"><Name of={line.budget || "–"} /></td>
      <td class="wide number">{duration(line.device_seconds)}</td>
      <td class="wide number">
        {energy(line.energy_joules)}
        {modelled && <abbr title="modelled, not measured"> ~</abbr>}
      </td>
      <td class="number money"><Amount money={line.amount} decimals={decimals} /></td>
      <td class="number share">{percent(line.share)}</td>
    </tr>
  );
}

// Lines that are not shown one by one: the column adds up with them.
function Rest({ many, what, of, decimals }: { many: Many<BillLine>; what: string; of: Bill; decimals: number }) {
  if (!many.rest) return null;
  return (
    <tr class="rest-of" data-rest={what}>
      <th scope="row">{count(many.rest.count)} more {what}, each for less</th>
      <td class="wide" colSpan={4} />
      <td class="wide roomy" />
      <td class="number money"><Amount money={many.rest.sum} decimals={decimals} /></td>
      <td class="number share">{percent(ratio(many.rest.sum, of.total))}</td>
    </tr>
  );
}

function Sum(props: { name: string; of: Bill; money: Bill["total"]; decimals: number; strong?: boolean }) {
  return (
    <tr class={props.strong ? "total" : "subtotal"} data-sum={props.name}>
      <th scope="row">{props.name}</th>
      <td class="wide" colSpan={4} />
      <td class="wide roomy" />
      <td class="number money"><Amount money={props.money} decimals={props.decimals} /></td>
      <td class="number share">{percent(ratio(props.money, props.of.total))}</td>
    </tr>
  );
}

// What no line carries: energy that was metered after its month was closed, by month, and the rest.
function carriedByNone(bill: Bill): { name: string; money: Money }[] {
  const names = bill.unallocated.map((item) => (item.late_of ? `Late energy of ${item.late_of}` : "Unallocated"));
  return [...new Set(names)].sort().map((name) => ({
    name,
    money: sumOf(bill.unallocated.filter((_, index) => names[index] === name).map((item) => item.amount), bill.total.currency),
  }));
}

function verdict(bill: Bill): string {
  if (!bill.agrees) return "The lines do not add up to the total: purser books verify says where.";
  if (bill.posted) return "The lines add up to the total, and the total to the cents posted in the journal.";
  return "Runs and idle time add up to the rate times the time in service, to the billionth.";
}

export function BillSection({ bill, budgets }: { bill: Bill; budgets: Budget[] }) {
  const decimals = decimalsOf([...bill.lines, ...bill.idle, ...bill.unallocated].map((line) => line.amount).concat(bill.total));
  const lines = useMany(bill.lines, (line) => line.amount, bill.total.currency, LINES_SHOWN);
  const idle = useMany(bill.idle, (line) => line.amount, bill.total.currency, IDLE_SHOWN);
  return (
    <Section id="bill" title="The bill" lead="Who used the machines, for how long, and what nobody used.">
      <Bars bill={bill} />
      <table class="bill">
        <caption class="hidden">Every line of the bill</caption>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col" class="wide">What</th>
            <th scope="col" class="wide">Model</th>
            <th scope="col" class="wide roomy">Budget</th>
            <th scope="col" class="wide number">Device time</th>
            <th scope="col" class="wide number">Energy</th>
            <th scope="col" class="number">Amount</th>
            <th scope="col" class="number share">Share</th>
          </tr>
        </thead>
        <tbody>
          {lines.shown.map((line) => <Row key={`${line.run} ${line.resource} ${line.month}`} line={line} decimals={decimals} />)}
          <Rest many={lines} what="runs" of={bill} decimals={decimals} />
          {idle.shown.map((line) => <Row key={`${line.resource} ${line.month}`} line={line} decimals={decimals} />)}
          <Rest many={idle} what="idle" of={bill} decimals={decimals} />
        </tbody>
        <tfoot>
          <Sum name="In use" of={bill} money={bill.used_total} decimals={decimals} />
          {carriedByNone(bill).map(({ name, money }) => <Sum key={name} name={name} of={bill} money={money} decimals={decimals} />)}
          <Sum name="Total" of={bill} money={bill.total} decimals={decimals} strong />
          {bill.posted && <Sum name="Posted in the journal" of={bill} money={bill.posted} decimals={decimals} />}
        </tfoot>
      </table>
      <More many={lines} what="runs" />
      <More many={idle} what="lines of idle time" />
      <p class={bill.agrees ? "seal" : "seal broken"}>{verdict(bill)}</p>
      <Few
        what="amounts that no line carries"
        remarks={bill.unallocated.map((item) => (
          <>Carried by no line: <Amount money={item.amount} /> of {item.kind} of {item.resource}; {item.reason}</>
        ))}
      />
      <Few
        what="runs without a price"
        remarks={bill.unpriced.map((item) => (
          <>Without a price: {duration(item.device_seconds)} of <bdi>{item.run}</bdi> on {item.resource}; {item.reason}</>
        ))}
      />
      {budgets.length > 0 && <Budgets budgets={budgets} />}
    </Section>
  );
}

function Budgets({ budgets }: { budgets: Budget[] }) {
  const decimals = decimalsOf(budgets.flatMap((budget) => [budget.spent, budget.left]));
  const reserved = budgets.some((budget) => !isZero(budget.reserved));
  const many = useMany(budgets, (budget) => budget.spent, budgets[0]?.spent.currency ?? "", BUDGETS_SHOWN);
  return (
    <>
    <table class="budgets">
      <caption>Budgets</caption>
      <thead>
        <tr>
          <th scope="col">Budget</th>
          <th scope="col" class="wide" aria-label="Spent, as a bar" />
          <th scope="col" class="number wide">Limit</th>
          <th scope="col" class="number">Spent</th>
          {reserved && <th scope="col" class="number wide">Reserved</th>}
          <th scope="col" class="number">Left</th>
        </tr>
      </thead>
      <tbody>
        {many.shown.map((budget) => (
          <tr key={budget.name}>
            <th scope="row">
              <Name of={budget.name} />
              <small class="narrow">of <Amount money={budget.limit} /></small>
            </th>
            <td class="wide gauge-cell">
              <div class="gauge" aria-hidden="true">
                <span style={{ width: `${100 * Math.min(1, ratio(budget.spent, budget.limit))}%` }} />
              </div>
            </td>
            <td class="number wide"><Amount money={budget.limit} /></td>
            <td class="number"><Amount money={budget.spent} decimals={decimals} /></td>
            {reserved && <td class="number wide"><Amount money={budget.reserved} decimals={decimals} /></td>}
            <td class="number"><Amount money={budget.left} decimals={decimals} /></td>
          </tr>
        ))}
      </tbody>
    </table>
    {many.rest && <p class="remark">and {count(many.rest.count)} more budgets, of which less was spent.</p>}
    <More many={many} what="budgets" />
    </>
  );
}
