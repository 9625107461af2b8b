// A chart in a figure: drawn for the width that there is, redrawn when that changes. The height is
// reserved beforehand, so that nothing below it moves.
import { useLayoutEffect, useRef } from "preact/hooks";

const PAPER_WIDTH = 640; // CSS pixels between the margins of A4, within the figure

export interface ChartProps {
  title: string;
  description: string; // what a reader who cannot see it should know
  height: number;
  draw: (width: number, height: number) => Element;
}

export function Chart({ title, description, height, draw }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    let drawn = 0;
    const redraw = (wanted?: number) => {
      const width = wanted ?? Math.round(element.clientWidth);
      if (width === 0 || width === drawn) return;
      drawn = width;
      const chart = draw(width, height);
      chart.setAttribute("role", "img");
      chart.setAttribute("aria-label", `${title}. ${description}`);
      element.replaceChildren(chart);
    };
    redraw();
    const observer = new ResizeObserver(() => redraw());
    observer.observe(element);
    const beforePrint = () => redraw(element.closest(".pair") ? PAPER_WIDTH / 2 : PAPER_WIDTH);
    const afterPrint = () => redraw();
    window.addEventListener("beforeprint", beforePrint);
    window.addEventListener("afterprint", afterPrint);
    return () => {
      observer.disconnect();
      window.removeEventListener("beforeprint", beforePrint);
      window.removeEventListener("afterprint", afterPrint);
    };
  }, [draw, height]);
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <div ref={holder} class="chart" style={{ minHeight: `${height}px` }} />
    </figure>
  );
}

// Shared by all plots: the page's own type and colours.
export const PLOT_STYLE = {
  background: "transparent",
  color: "var(--muted)",
  fontFamily: "inherit",
  fontSize: "12px",
  overflow: "visible",
};
