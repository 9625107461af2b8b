import * as Plot from "@observablehq/plot";
import { useCallback, useState } from "preact/hooks";
import { Chart, PLOT_STYLE } from "./chart";
import { decimalsOf } from "./money";
import { Amount, Section } from "./parts";
import type { Candidate, Latency, Money, OptimizeRun } from "./report";
import { bytes, count, microseconds, percent, points, roughly } from "./words";

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

interface Label {
  place: Place;
  dx: number;
  dy: number;
  anchor: "start" | "end";
}

// Where names may stand around their point, the nearest first.
const SPOTS: [dx: number, dy: number, anchor: "start" | "end"][] = [
  [9, -10, "start"], [9, 12, "start"], [-9, -10, "end"], [-9, 12, "end"],
  [9, -25, "start"], [9, 27, "start"], [-9, -25, "end"], [-9, 27, "end"], [9, -40, "start"], [9, 42, "start"],
];

// Names that cover neither each other nor a point, nor leave the chart.
function labelled(places: Place[], at: (place: Place) => { x: number; y: number }, width: number): Label[] {
  const LETTER_PX = 7.2;
  const taken = places.map((place) => ({ left: at(place).x - 6, right: at(place).x + 6, top: at(place).y - 6, bottom: at(place).y + 6 }));
  return places.map((place) => {
    const { x, y } = at(place);
    const length = place.name.length * LETTER_PX;
    const boxes = SPOTS.map(([dx, dy, anchor]) => {
      const left = anchor === "start" ? x + dx : x + dx - length;
      return { left, right: left + length, top: y + dy - 7, bottom: y + dy + 7 };
    });
    const free = boxes.findIndex((box) =>
      box.left >= 0 && box.right <= width &&
      taken.every((other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom));
    const chosen = Math.max(free, 0);
    taken.push(boxes[chosen]!);
    const [dx, dy, anchor] = SPOTS[chosen]!;
    return { place, dx, dy, anchor };
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
    width, height, style: PLOT_STYLE, marginLeft: 48, marginRight: 20, marginTop: 26, marginBottom: 38,
    x: { label: "device time per prediction, µs", domain: [0, most * 1.05], grid: true, ticks: width < 500 ? 4 : 7 },
    y: { label: "accuracy", percent: true, domain, grid: true, tickFormat: (d: number) => `${d.toFixed(1)} %`, ticks: 5 },
  };
  const scales = Plot.plot({ ...options, marks: [] });
  const at = (place: Place) => ({
    x: Number(scales.scale("x")?.apply(place.us)),
    y: Number(scales.scale("y")?.apply(place.accuracy * 100)),
  });
  return Plot.plot({
    ...options,
    marks: [
      allowed === undefined ? null : [
        Plot.ruleY([allowed], { stroke: "var(--muted)", strokeDasharray: "4 3" }),
        Plot.text([allowed], { x: () => 0, y: (d: number) => d, text: () => `${(run.max_drop * 100).toFixed(2)} points below the original`, dx: 6, dy: 10, textAnchor: "start", fill: "var(--muted)" }),
      ],
      Plot.ruleX(places, { x: "us", y1: "lower", y2: "upper", stroke: color, strokeWidth: 1.5, strokeOpacity: 0.6 }),
      Plot.ruleY(places, { y: "accuracy", x1: "low", x2: "high", stroke: color, strokeWidth: 1.5, strokeOpacity: 0.6 }),
      Plot.dot(places, { x: "us", y: "accuracy", fill: color, r: 5.5, stroke: "var(--card)", strokeWidth: 1.5 }),
      labelled(places, at, width).map(({ place, dx, dy, anchor }) => Plot.text([place], {
        x: "us", y: "accuracy", text: "name", dx, dy, textAnchor: anchor, fill: "var(--ink)",
        stroke: "var(--card)", strokeWidth: 3, fontWeight: place.name === run.winner ? 700 : 400,
      })),
    ],
  });
}

function best(run: OptimizeRun): string {
  const original = run.candidates[0];
  const winner = run.candidates.find((candidate) => candidate.name === run.winner);
  if (!original || !winner) {
    return run.outcome === "stopped"
      ? "It was stopped before it ended; nothing was kept."
      : "No candidate was worth keeping within the drop allowed.";
  }
  const batch = original.latency[0]?.batch ?? 1;
  const before = latencyAt(original, batch);
  const after = latencyAt(winner, batch);
  const faster = before && after ? `${(before.median_us / after.median_us).toFixed(2)} times less device time per prediction` : "";
  const drop = winner.drop === null ? "" : ` at ${points(-winner.drop)} points of accuracy`;
  return `${winner.name} is kept: ${faster}${drop}.`;
}

function furtherEpochs(candidate: Candidate): string {
  return `${count(candidate.further_epochs)} ${candidate.further_epochs === 1 ? "epoch" : "epochs"}`;
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
          <br />
          <span class={`verdict ${candidate.verdict}`}>{VERDICTS[candidate.verdict] ?? candidate.verdict}</span>
          {candidate.reason && `: ${candidate.reason}`}
        </small>
        {candidate.recipe && <small class="wide-inline">{candidate.recipe}</small>}
        {candidate.further_epochs > 0 && <small>trained {furtherEpochs(candidate)} longer</small>}
        {candidate.kernels && <small class="wide-inline">ran {candidate.kernels}</small>}
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
      <td class="wide">
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
  const longer = run.candidates.find((candidate) => candidate.name === run.winner && candidate.further_epochs > 0)
    ?? run.candidates.find((candidate) => candidate.further_epochs > 0);
  const decimals = decimalsOf(run.candidates.flatMap((candidate) => candidate.saving_per_million ?? []));
  const machine = [run.processor, run.vnni === null ? "" : run.vnni ? "with VNNI" : "without VNNI", run.threads === null ? "" : `${run.threads} thread${run.threads === 1 ? "" : "s"}`];
  return (
    <Section id={`optimize-${run.run}`} title={<>Making <bdi>{run.model || "a model"}</bdi> cheaper</>} lead={best(run)}>
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
            <th scope="col" class="wide">Verdict</th>
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
        interval, which may not pass {(run.max_drop * 100).toFixed(2)} points.
      </p>
      {longer && (
        <p class="remark">
          {longer.name} was trained for {furtherEpochs(longer)} more than the original: a fair comparison trains the
          original for as long before it calls the difference one of width.
        </p>
      )}
      {run.test && (
        <p class="remark">
          On the test set, used once: {run.test.candidate} has {percent(run.test.accuracy.accuracy)} of{" "}
          {run.test.accuracy.total.toLocaleString("en-US")} images right, the original{" "}
          {percent(run.test.original.accuracy)}; a change of {points(-run.test.drop)} points, at worst{" "}
          {points(-run.test.drop_upper)}.
        </p>
      )}
    </Section>
  );
}
