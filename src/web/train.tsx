import * as Plot from "@observablehq/plot";
import { useCallback } from "preact/hooks";
import { Chart, PLOT_STYLE } from "./chart";
import { accuracyText, Amount, Facts, intervalText, Section } from "./parts";
import type { CurvePoint, TrainRun } from "./report";
import { bytes, count, duration, percent } from "./words";

const LABEL_MARGIN = 78;

// From the start of the run, so that a single look stands where it was taken.
function epochs(curve: CurvePoint[]): Plot.ScaleOptions {
  const end = curve.at(-1)?.epoch ?? 1;
  return { label: "epoch", domain: [0, end], ticks: Math.min(6, Math.max(2, Math.ceil(end))) };
}

function lossChart(curve: CurvePoint[], width: number, height: number) {
  const last = curve.at(-1);
  const label = (key: "training_loss" | "held_out_loss", text: string, color: string, dy: number) =>
    Plot.text(last ? [last] : [], {
      x: "epoch", y: key, text: () => text, dx: 8, dy, textAnchor: "start", fill: color,
    });
  const gap = (last?.held_out_loss ?? 0) - (last?.training_loss ?? 0);
  const apart = gap > 0 ? 1 : -1;
  const close = Math.abs(gap) < 0.08;
  return Plot.plot({
    width, height, style: PLOT_STYLE, marginLeft: 50, marginRight: LABEL_MARGIN, marginTop: 24, marginBottom: 36,
    x: epochs(curve),
    y: { label: "loss (cross entropy)", grid: true, nice: true, zero: true },
    marks: [
      Plot.ruleY([0], { stroke: "var(--line)" }),
      Plot.line(curve, { x: "epoch", y: "training_loss", stroke: "var(--train)", strokeOpacity: 0.55, strokeWidth: 2 }),
      Plot.line(curve, { x: "epoch", y: "held_out_loss", stroke: "var(--optimize)", strokeWidth: 2 }),
      Plot.dot(curve, { x: "epoch", y: "training_loss", fill: "var(--train)", fillOpacity: 0.55, r: 2 }),
      Plot.dot(curve, { x: "epoch", y: "held_out_loss", fill: "var(--optimize)", r: 2.5 }),
      label("training_loss", "training", "var(--train)", close ? apart * 7 : 0),
      label("held_out_loss", "held out", "var(--optimize)", close ? -apart * 7 : 0),
    ],
  });
}

function accuracyChart(run: TrainRun, width: number, height: number) {
  const { curve, target_accuracy: target } = run;
  const least = Math.min(...curve.map((point) => point.held_out_accuracy), target ?? 1);
  const most = Math.max(...curve.map((point) => point.held_out_accuracy), target ?? 0);
  const pad = Math.max((most - least) * 0.12, 0.005);
  const end = curve.at(-1)?.epoch ?? 1;
  return Plot.plot({
    width, height, style: PLOT_STYLE, marginLeft: 50, marginRight: LABEL_MARGIN, marginTop: 24, marginBottom: 36,
    x: epochs(curve),
    y: { label: "accuracy on held-out images", grid: true, percent: true, domain: [(least - pad) * 100, Math.min(1, most + pad) * 100], tickFormat: (d: number) => `${d} %`, ticks: 5 },
    marks: [
      target === null ? null : [
        Plot.ruleY([target], { stroke: "var(--muted)", strokeDasharray: "4 3" }),
        Plot.text([target], { x: () => end, y: (d: number) => d, text: (d: number) => `target ${(d * 100).toFixed(0)} %`, dx: 8, textAnchor: "start", fill: "var(--muted)" }),
      ],
      Plot.line(curve, { x: "epoch", y: "held_out_accuracy", stroke: "var(--train)", strokeWidth: 2 }),
      Plot.dot(curve, { x: "epoch", y: "held_out_accuracy", fill: "var(--train)", r: 2.5 }),
    ],
  });
}

const REASONS: Record<string, string> = {
  target: "the target was reached",
  epochs: "all epochs were done",
  allowance: "the allowance was used up",
  stopped: "somebody stopped it",
};

function loss(value: number | null): string {
  return value === null ? "no number" : value.toFixed(3);
}

export function TrainSection({ run }: { run: TrainRun }) {
  const drawLoss = useCallback((width: number, height: number) => lossChart(run.curve, width, height), [run]);
  const drawAccuracy = useCallback((width: number, height: number) => accuracyChart(run, width, height), [run]);
  const { plan } = run;
  const last = run.curve.at(-1);
  const limit = plan.tensor_memory_limit_bytes;
  return (
    <Section
      id={`train-${run.run}`}
      title={<>Training <bdi>{run.model || "a model"}</bdi></>}
      lead={`Run ${run.run}${run.data ? ` on ${run.data}` : ""}; it ended because ${REASONS[run.stop_reason] ?? run.stop_reason}.`}
    >
      {last && (
        <div class="pair">
          <Chart
            title="Loss" height={230} draw={drawLoss}
            description={`Ends at ${loss(last.training_loss)} in training and ${loss(last.held_out_loss)} on held-out images after ${last.epoch.toFixed(1)} epochs.`}
          />
          <Chart
            title="Accuracy" height={230} draw={drawAccuracy}
            description={`Ends at ${percent(last.held_out_accuracy)}${run.target_accuracy === null ? "" : `, target ${percent(run.target_accuracy)}`}.`}
          />
        </div>
      )}
      <Facts
        facts={[
          run.test && { name: "Accuracy on the test set, used once", value: accuracyText(run.test), note: intervalText(run.test) },
          run.cost && {
            name: "Cost", value: <Amount money={run.cost} />,
            note: run.predicted_cost && <>predicted before it started: <Amount money={run.predicted_cost} /></>,
          },
          {
            name: "Device time", value: duration(run.device_seconds),
            note: run.samples_per_second !== null && `${count(run.samples_per_second)} images a second in training steps`,
          },
          {
            name: "Peak of tensor memory, measured", value: bytes(plan.peak_tensor_memory_bytes),
            note: limit === null ? "no limit was set" : `limit ${bytes(limit)}; ${percent(plan.peak_tensor_memory_bytes / limit, 0)} of it`,
          },
          {
            name: "Step", value: `${plan.batch} images`,
            note: `${plan.accumulate} × ${plan.micro_batch}, ${plan.threads} ${plan.threads === 1 ? "thread" : "threads"}`,
          },
          plan.peak_process_memory_bytes !== null && {
            name: "Whole process, at most", value: bytes(plan.peak_process_memory_bytes), note: "resident, engine included",
          },
        ]}
      />
    </Section>
  );
}
