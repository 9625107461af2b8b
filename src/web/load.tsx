import * as Plot from "@observablehq/plot";
import { useCallback } from "preact/hooks";
import { Chart, PLOT_STYLE } from "./chart";
import { accuracyText, Amount, Facts, intervalText, Section } from "./parts";
import type { LoadRun } from "./report";
import { count, duration, milliseconds, percent } from "./words";

interface Bin {
  from: number;
  to: number;
  count: number;
}

function binsOf(run: LoadRun): Bin[] {
  const bins: Bin[] = [];
  let from = 0;
  for (const bucket of run.histogram) {
    if (bucket.count > 0) bins.push({ from, to: bucket.below_ms, count: bucket.count });
    from = bucket.below_ms;
  }
  const first = bins[0];
  if (first && first.from === 0) first.from = first.to / 2; // a logarithmic axis has no zero
  return bins;
}

const PERCENTILES = [
  { key: "p50", name: "p50", share: "Half" },
  { key: "p99", name: "p99", share: "99 %" },
  { key: "p99_9", name: "p99.9", share: "99.9 %" },
] as const;

interface Percentile {
  name: string;
  share: string;
  ms: number;
  text: string; // "at least 500 ms" where it falls on a request that was given up
}

function percentilesOf({ latency_ms: latency }: LoadRun): Percentile[] {
  return PERCENTILES.map(({ key, name, share }) => {
    const bound = latency.at_least.includes(key) ? "at least " : "";
    return { name, share, ms: latency[key], text: bound + milliseconds(latency[key]) };
  });
}

function histogram(run: LoadRun, width: number, height: number) {
  const bins = binsOf(run);
  const percentiles = percentilesOf(run).filter((percentile) => percentile.ms > 0); // a logarithmic axis has no zero
  const top = Math.max(...bins.map((bin) => bin.count), 1);
  const least = Math.min(...bins.map((bin) => bin.from), run.latency_ms.p50 || Infinity);
  const low = (Number.isFinite(least) && least > 0 ? least : 0.001) / 1.15;
  const high = Math.max(...bins.map((bin) => bin.to), run.latency_ms.p99_9) * 1.3;
  // Right of its line, unless that is too near the edge.
  const labelSide = (ms: number) => {
    const left = Math.log(ms / low) / Math.log(high / low) < 0.72;
    return left ? { dx: 5, textAnchor: "start" as const } : { dx: -5, textAnchor: "end" as const };
  };
  return Plot.plot({
    width, height, style: PLOT_STYLE, marginLeft: 52, marginRight: 16, marginTop: 58, marginBottom: 38,
    x: { type: "log", domain: [low, high], label: "latency from the scheduled send time, ms", ticks: width < 500 ? 4 : 7, tickFormat: (d: number) => `${d}` },
    y: { label: run.latency_ms.timeouts > 0 ? "answers, and requests given up" : "answers", grid: true, domain: [0, top * 1.02], tickFormat: "s", ticks: 5 },
    marks: [
      Plot.rectY(bins, { x1: "from", x2: "to", y: "count", fill: "var(--serve)", fillOpacity: 0.85, inset: 0.5 }),
      Plot.ruleY([0], { stroke: "var(--line)" }),
      Plot.ruleX(percentiles, { x: "ms", stroke: "var(--ink)", strokeDasharray: "3 3", strokeOpacity: 0.7 }),
      percentiles.map((percentile, index) => Plot.text([percentile], {
        x: "ms", text: (p: typeof percentile) => `${p.name}  ${p.text}`,
        frameAnchor: "top", dy: -36 + index * 14, ...labelSide(percentile.ms), fill: "var(--ink)",
        stroke: "var(--card)", strokeWidth: 4,
      })),
    ],
  });
}

function perSecond(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 1000 ? 1 : 0 });
}

function failures(run: LoadRun): string {
  if (run.errors === 0) return "none failed";
  const { timeouts, timeout } = run.latency_ms;
  const late = timeouts > 0 && `${count(timeouts)} of them given up${timeout === null ? "" : ` after ${milliseconds(timeout)}`}`;
  return `${count(run.errors)} failed (${percent(run.errors / Math.max(run.requests, 1))})${late ? `, ${late}` : ""}`;
}

export function LoadSection({ run }: { run: LoadRun }) {
  const draw = useCallback((width: number, height: number) => histogram(run, width, height), [run]);
  const percentiles = percentilesOf(run);
  return (
    <Section
      id={`load-${run.run}`}
      title={run.model ? <>Serving <bdi>{run.model}</bdi> under load</> : "Under load"}
      lead={`${perSecond(run.offered_per_second)} predictions a second were asked for, whether the server kept up or not; ${perSecond(run.achieved_per_second)} were answered.`}
    >
      {run.stopped && (
        <p class="remark warning">
          Stopped early{run.duration_seconds !== null && `, after ${duration(run.duration_seconds)}`}: the figures
          are of what was sent until then.
        </p>
      )}
      {run.histogram.some((bucket) => bucket.count > 0) && <Chart
        title="Latency" height={250} draw={draw}
        description={`Latency: ${percentiles.map((p) => `${p.share} within ${p.text}`).join(", ")}.`}
      />}
      <Facts
        facts={[
          { name: "Half, 99 %, 99.9 % within", value: percentiles.map((p) => p.text).join(" · ") },
          { name: "Requests", value: count(run.requests), note: failures(run) },
          run.accuracy && { name: "Accuracy of the answers", value: accuracyText(run.accuracy), note: intervalText(run.accuracy) },
          run.cost_per_million && { name: "Cost per million predictions", value: <Amount money={run.cost_per_million} />, note: "device time and energy of the batches served" },
        ]}
      />
    </Section>
  );
}
