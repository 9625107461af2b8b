import * as Plot from "@observablehq/plot";
import { useCallback, useState } from "preact/hooks";
import { Chart, PLOT_STYLE } from "./chart";
import { decimalsOf } from "./money";
import { Amount, Section } from "./parts";
import type { Candidate, Latency, Money, OptimizeRun } from "./report";
import { bytes, microseconds, percent, points, roughly } from "./words";

const VERDICTS: Record<string, string> = {
  original: "as it was",
  keep: "keep",
  "not-worth-it": "not worth it",
  "too-inaccurate": "too inaccurate",
  failed: "failed",
};

function latencyAt(candidate: Candidate, batch: number): Latency | undefined {
  return candidate.latency.find((latency) => latency.batch === batch);
}

interface Place {
  name: string;
  verdict: string;
  us: number;
  low: number;
  high: number;
  accuracy: number;
  lower: number;
  upper: number;
}

function placesOf(run: OptimizeRun, batch: number): Place[] {
  return run.candidates.flatMap((candidate) => {
    const latency = latencyAt(candidate, batch);
    return latency === undefined ? [] : [{
      name: candidate.name,
      verdict: candidate.verdict,
      us: latency.median_us,
      low: latency.low_us,
      high: latency.high_us,
      accuracy: candidate.accuracy.accuracy,
      lower: candidate.accuracy.accuracy_lower,
      upper: candidate.accuracy.accuracy_upper,
    }];
  });
}

const color = (place: Place) => `var(--verdict-${place.verdict in VERDICTS ? place.verdict : "failed"})`;

// Names stand right of their points, moved apart where they would overlap.
function labelled(places: Place[], yOf: (accuracy: number) => number): (Place & { dy: number })[] {
  const LINE_PX = 15;
  let floor = -Infinity;
  return [...places].sort((a, b) => yOf(a.accuracy) - yOf(b.accuracy)).map((place) => {
    const y = Math.max(yOf(place.accuracy), floor + LINE_PX);
    floor = y;
    return { ...place, dy: y - yOf(place.accuracy) };
  });
}

function scatter(run: OptimizeRun, batch: number, width: number, height: number) {
  const places = placesOf(run, batch);
  const original = places[0];
  const allowed = original && original.accuracy - run.max_drop;
  const most = Math.max(...places.map((place) => place.high));
  const lows = places.map((place) => place.lower).concat(allowed ?? 1);
  const highs = places.map((place) => place.upper);
  const domain = [Math.min(...lows) * 100 - 0.3, Math.max(...highs) * 100 + 0.3];
  const options: Plot.PlotOptions = {
    width, height, style: PLOT_STYLE, marginLeft: 48, marginRight: width < 500 ? 84 : 110, marginTop: 26, marginBottom: 38,
    x: { label: "device time per prediction, µs", domain: [0, most * 1.05], grid: true, ticks: width < 500 ? 4 : 7 },
    y: { label: "accuracy", percent: true, domain, grid: true, tickFormat: (d: number) => `${d.toFixed(1)} %`, ticks: 5 },
  };
  const yScale = Plot.plot({ ...options, marks: [] }).scale("y");
  const labels = labelled(places, (accuracy) => (yScale ? yScale.apply(accuracy * 100) as number : 0));
  return Plot.plot({
    ...options,
    marks: [
      allowed === undefined ? null : [
        Plot.ruleY([allowed], { stroke: "var(--muted)", strokeDasharray: "4 3" }),
        Plot.text([allowed], { x: () => 0, y: (d: number) => d, text: () => `${percent(run.max_drop)} below the original`, dx: 6, dy: 10, textAnchor: "start", fill: "var(--muted)" }),
      ],
      Plot.ruleX(places, { x: "us", y1: "lower", y2: "upper", stroke: color, strokeWidth: 1.5, strokeOpacity: 0.6 }),
      Plot.ruleY(places, { y: "accuracy", x1: "low", x2: "high", stroke: color, strokeWidth: 1.5, strokeOpacity: 0.6 }),
      Plot.dot(places, { x: "us", y: "accuracy", fill: color, r: 5.5, stroke: "var(--card)", strokeWidth: 1.5 }),
      labels.map((label) => Plot.text([label], {
        x: "us", y: "accuracy", text: "name", dx: 11, dy: label.dy, textAnchor: "start", fill: "var(--ink)",
        fontWeight: label.name === run.winner ? 700 : 400,
      })),
    ],
  });
}

function best(run: OptimizeRun): string {
  const original = run.candidates[0];
  const winner = run.candidates.find((candidate) => candidate.name === run.winner);
  if (!original || !winner) {
    return "No candidate was worth keeping within the drop allowed.";
  }
  const batch = original.latency[0]?.batch ?? 1;
  const before = latencyAt(original, batch);
  const after = latencyAt(winner, batch);
  const faster = before && after ? `${(before.median_us / after.median_us).toFixed(2)} times less device time per prediction` : "";
  const drop = winner.drop === null ? "" : ` at ${points(-winner.drop)} points of accuracy`;
  return `${winner.name} is kept: ${faster}${drop}.`;
}

function Spread({ latency }: { latency: Latency | undefined }) {
  if (!latency) return <>–</>;
  return (
    <>
      {microseconds(latency.median_us)}
      <small>{latency.low_us.toPrecision(3)} to {latency.high_us.toPrecision(3)}</small>
    </>
  );
}

function Drop({ candidate }: { candidate: Candidate }) {
  if (candidate.drop === null || candidate.verdict === "original") return <>–</>;
  return (
    <>
      {points(-candidate.drop)}
      {candidate.drop_upper !== null && <small>at worst {points(-candidate.drop_upper)}</small>}
    </>
  );
}

function Saving({ money, payback, decimals }: { money: Money | null; payback: number | null; decimals: number }) {
  if (!money) return <>–</>;
  return (
    <>
      <Amount money={money} decimals={decimals} />
      {payback !== null && <small>paid back after {roughly(payback)}</small>}
    </>
  );
}

function Row({ run, candidate, batches, decimals }: {
  run: OptimizeRun; candidate: Candidate; batches: number[]; decimals: number;
}) {
  const first = batches[0] ?? 1;
  const test = candidate.p_value !== null && candidate.only_original_correct !== null
    ? `${candidate.only_original_correct} images lost, ${candidate.only_candidate_correct} won, p = ${candidate.p_value.toPrecision(2)}`
    : "";
  return (
    <tr class={candidate.name === run.winner ? "winner" : ""}>
      <th scope="row">
        {candidate.name}
        <small class="narrow">
          {[latencyAt(candidate, first) && microseconds(latencyAt(candidate, first)!.median_us), percent(candidate.accuracy.accuracy)].filter(Boolean).join(" · ")}
        </small>
        {candidate.kernels && <small class="wide-inline">{candidate.kernels}</small>}
      </th>
      <td class="number wide">
        {percent(candidate.accuracy.accuracy)}
        <small>
          {(candidate.accuracy.accuracy_lower * 100).toFixed(2)} to {(candidate.accuracy.accuracy_upper * 100).toFixed(2)}
        </small>
      </td>
      <td class="number wide" title={test}><Drop candidate={candidate} /></td>
      {batches.map((batch) => (
        <td class="number wide" key={batch}><Spread latency={latencyAt(candidate, batch)} /></td>
      ))}
      <td class="number wide">{candidate.file_bytes === null ? "–" : bytes(candidate.file_bytes)}</td>
      <td class="number">
        <Saving money={candidate.saving_per_million} payback={candidate.payback_predictions} decimals={decimals} />
      </td>
      <td>
        <span class={`verdict ${candidate.verdict}`}>{VERDICTS[candidate.verdict] ?? candidate.verdict}</span>
        {candidate.reason && <small class="reason">{candidate.reason}</small>}
      </td>
    </tr>
  );
}

export function OptimizeSection({ run }: { run: OptimizeRun }) {
  const batches = [...new Set(run.candidates.flatMap((candidate) => candidate.latency.map((latency) => latency.batch)))].sort((a, b) => a - b);
  const [batch, setBatch] = useState(batches[0] ?? 1);
  const draw = useCallback((width: number, height: number) => scatter(run, batch, width, height), [run, batch]);
  const decimals = decimalsOf(run.candidates.flatMap((candidate) => candidate.saving_per_million ?? []));
  const machine = [run.processor, run.vnni === null ? "" : run.vnni ? "with VNNI" : "without VNNI", run.threads === null ? "" : `${run.threads} thread${run.threads === 1 ? "" : "s"}`];
  return (
    <Section id={`optimize-${run.run}`} title={`Making ${run.model} cheaper`} lead={best(run)}>
      {batches.length > 1 && (
        <div class="choice" role="group" aria-label="Batch size of the chart">
          {batches.map((size) => (
            <button type="button" key={size} aria-pressed={size === batch} onClick={() => setBatch(size)}>
              batch {size}
            </button>
          ))}
        </div>
      )}
      <Chart
        title={`Accuracy against device time, batch ${batch}`} height={320} draw={draw}
        description={placesOf(run, batch).map((place) => `${place.name}: ${place.us.toPrecision(3)} microseconds, ${percent(place.accuracy)}`).join("; ")}
      />
      <table class="candidates">
        <caption class="hidden">Every candidate, before and after</caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="number wide">Accuracy</th>
            <th scope="col" class="number wide">Change, points</th>
            {batches.map((size) => <th scope="col" class="number wide" key={size}>Batch {size}</th>)}
            <th scope="col" class="number wide">File</th>
            <th scope="col" class="number">Saving per million</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {run.candidates.map((candidate) => (
            <Row key={candidate.name} run={run} candidate={candidate} batches={batches} decimals={decimals} />
          ))}
        </tbody>
      </table>
      <p class="remark">
        Device time per prediction: median and spread, measured interleaved with the original
        {machine.some(Boolean) && ` on ${machine.filter(Boolean).join(", ")}`}. Accuracy with its 95%
        interval, all on the same images; "at worst" is the upper end of the drop's one-sided 95%
        interval, which may not pass {percent(run.max_drop)}.
      </p>
    </Section>
  );
}
