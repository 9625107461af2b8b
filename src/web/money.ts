// Amounts stay exact here too: billionths of the unit as a BigInt. A number is made of one only
// where something is drawn.
import type { Money } from "./report";

export const DECIMALS = 9;

export function billionths(money: Money): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(money.amount);
  if (!match) throw new Error(`'${money.amount}' is no amount`);
  const size = BigInt(match[2] + (match[3] ?? "").padEnd(DECIMALS, "0"));
  return match[1] === "-" ? -size : size;
}

export function isZero(money: Money): boolean {
  return billionths(money) === 0n;
}

export interface Digits {
  sign: string;
  whole: string; // "12,345"
  cents: string; // ".67"
  rest: string; // "8901234", to be shown quieter
}

// At least the two decimals that a reader expects, as many more as the amount has, or as `decimals` asks for.
export function digits(money: Money, decimals?: number): Digits {
  const size = billionths(money);
  const text = (size < 0n ? -size : size).toString().padStart(DECIMALS + 1, "0");
  const whole = text.slice(0, -DECIMALS).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const written = (money.amount.split(".")[1] ?? "").length;
  const fraction = text.slice(-DECIMALS).slice(0, Math.max(decimals ?? written, written));
  return {
    sign: size < 0n ? "−" : "",
    whole,
    cents: fraction === "" ? "" : "." + fraction.slice(0, 2),
    rest: fraction.slice(2),
  };
}

export function decimalsOf(all: Money[]): number {
  return Math.max(0, ...all.map((money) => (money.amount.split(".")[1] ?? "").length));
}

function ofBillionths(size: bigint, currency: string, decimals: number): Money {
  const text = (size < 0n ? -size : size).toString().padStart(DECIMALS + 1, "0");
  const fraction = text.slice(-DECIMALS).slice(0, decimals);
  return { currency, amount: `${size < 0n ? "-" : ""}${text.slice(0, -DECIMALS)}${fraction && `.${fraction}`}` };
}

export function sumOf(all: Money[], currency: string): Money {
  return ofBillionths(all.reduce((sum, money) => sum + billionths(money), 0n), currency, DECIMALS);
}

// Half to even, as the journal rounds; an amount with fewer decimals stays as it is.
export function rounded(money: Money, decimals: number): Money {
  if ((money.amount.split(".")[1] ?? "").length <= decimals) return money;
  const unit = 10n ** BigInt(DECIMALS - decimals);
  const size = billionths(money);
  const positive = size < 0n ? -size : size;
  const rest = positive % unit;
  const up = rest * 2n > unit || (rest * 2n === unit && (positive / unit) % 2n === 1n);
  const whole = (positive / unit + (up ? 1n : 0n)) * unit;
  return ofBillionths(size < 0n ? -whole : whole, money.currency, decimals);
}

// a / b for drawing and percentages; 0 of nothing.
export function ratio(a: Money, b: Money): number {
  const whole = billionths(b);
  return whole === 0n ? 0 : Number((billionths(a) * 1_000_000_000_000n) / whole) / 1e12;
}
