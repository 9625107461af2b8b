// Measurements as people read them. A figure is never parted from its unit.
const NBSP = "\u00a0";

export function duration(seconds: number): string {
  if (seconds < 1e-3) return `${(seconds * 1e6).toPrecision(3)}${NBSP}µs`;
  if (seconds < 1) return `${(seconds * 1e3).toPrecision(3)}${NBSP}ms`;
  if (seconds < 60) return `${seconds.toFixed(1)}${NBSP}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}${NBSP}min${NBSP}${String(whole % 60).padStart(2, "0")}${NBSP}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 6000) {
    return `${Math.floor(minutes / 60)}${NBSP}h${NBSP}${String(minutes % 60).padStart(2, "0")}${NBSP}min`;
  }
  return `${count(seconds / 3600)}${NBSP}h`;
}

export function energy(joules: number): string {
  if (joules < 1e3) return `${joules.toFixed(1)}${NBSP}J`;
  if (joules < 3.6e6) return `${(joules / 1e3).toFixed(1)}${NBSP}kJ`;
  return `${(joules / 3.6e6).toFixed(1)}${NBSP}kWh`;
}

export function bytes(size: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (size >= 1024 && unit + 1 < units.length) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)}${NBSP}${units[unit]}`;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

// "1.2 million": where the size is what counts.
export function roughly(value: number): string {
  if (value < 1e4) return count(value);
  if (value < 1e6) return `${(value / 1e3).toPrecision(3)}${NBSP}thousand`;
  if (value < 1e9) return `${(value / 1e6).toPrecision(3)}${NBSP}million`;
  return `${(value / 1e9).toPrecision(3)}${NBSP}billion`;
}

// Small shares keep two digits that say something: "0.0044 %".
export function percent(share: number, decimals = 2): string {
  const value = share * 100;
  if (value > 0 && value < 1e-4) return `<${NBSP}0.0001${NBSP}%`;
  if (value > 0 && value < 10 ** -decimals) return `${Number(value.toPrecision(2))}${NBSP}%`;
  return `${value.toFixed(decimals)}${NBSP}%`;
}

export function points(fraction: number): string {
  const text = Math.abs(fraction * 100).toFixed(2);
  if (Number(text) === 0) return "0.00";
  return `${fraction < 0 ? "−" : "+"}${text}`;
}

export function microseconds(us: number): string {
  return us >= 1000 ? `${(us / 1000).toPrecision(3)}${NBSP}ms` : `${us.toPrecision(3)}${NBSP}µs`;
}

export function milliseconds(ms: number): string {
  return ms < 1 ? `${(ms * 1000).toPrecision(3)}${NBSP}µs` : `${ms.toPrecision(3)}${NBSP}ms`;
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
  "September", "October", "November", "December"];

function day(text: string): { year: number; month: number; day: number } {
  const [year, month, date] = text.slice(0, 10).split("-").map(Number);
  return { year: year ?? 0, month: month ?? 1, day: date ?? 1 };
}

// "November 2026" for a whole month, "1 to 12 November 2026" otherwise. The end does not count.
export function period(start: string, end: string): string {
  const first = day(start);
  const next = day(end);
  const wholeMonth = first.day === 1 && next.day === 1 &&
    (next.year * 12 + next.month) - (first.year * 12 + first.month) === 1;
  if (wholeMonth) return `${MONTHS[first.month - 1]} ${first.year}`;
  const last = new Date(Date.parse(end.slice(0, 10)) - 86_400_000).toISOString();
  return `${date(start)} to ${date(last)}`;
}

export function date(text: string): string {
  const { year, month, day: number } = day(text);
  return `${number} ${MONTHS[month - 1]} ${year}`;
}
