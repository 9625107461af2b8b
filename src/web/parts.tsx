// What the sections are made of.
import type { ComponentChildren } from "preact";
import { digits } from "./money";
import type { Accuracy, Money } from "./report";
import { percent } from "./words";

const LONG_WHOLE = 7; // "123,456" and more

// Digits past the cents are exact but rarely what one looks for: they stand back a little.
export function Amount({ money, decimals }: { money: Money; decimals?: number }) {
  const { sign, whole, cents, rest } = digits(money, decimals);
  const long = whole.length > LONG_WHOLE; // a phone may break such a one, after the currency or the cents
  return (
    <span class={long ? "amount long" : "amount"} data-amount={money.amount}>
      <span class="currency">{money.currency}</span>{" "}
      {sign}{whole}{cents}{long && <wbr />}{rest && <span class="rest">{rest}</span>}
    </span>
  );
}

// What somebody named: it may be long, and run from right to left, without moving what is around it.
export function Name({ of }: { of: string }) {
  return <bdi class={of.length > 28 ? "long" : ""}>{of}</bdi>;
}

export function Section(props: {
  id: string;
  title: ComponentChildren;
  lead?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section aria-labelledby={props.id}>
      <h2 id={props.id}>{props.title}</h2>
      {props.lead && <p class="lead">{props.lead}</p>}
      {props.children}
    </section>
  );
}

export interface Fact {
  name: string;
  value: ComponentChildren;
  note?: ComponentChildren;
}

export function Facts({ facts }: { facts: (Fact | null | false)[] }) {
  return (
    <dl class="facts">
      {facts.filter((fact): fact is Fact => Boolean(fact)).map((fact) => (
        <div key={fact.name}>
          <dt>{fact.name}</dt>
          <dd>
            {fact.value}
            {fact.note && <small>{fact.note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function accuracyText(accuracy: Accuracy): string {
  return percent(accuracy.accuracy);
}

export function intervalText(accuracy: Accuracy): string {
  const low = (accuracy.accuracy_lower * 100).toFixed(2);
  const high = (accuracy.accuracy_upper * 100).toFixed(2);
  return `${low} to ${high} %, 95% interval, ${accuracy.total.toLocaleString("en-US")} images`;
}

export interface Slice {
  key: string;
  label: string;
  share: number;
  color: string; // a class: "verb-train", "kind-energy"
}

export function StackedBar({ slices, label }: { slices: Slice[]; label: string }) {
  const whole = slices.reduce((sum, slice) => sum + slice.share, 0) || 1;
  return (
    <div class="bar" role="img" aria-label={label}>
      {slices.filter((slice) => slice.share > 0).map((slice) => (
        <span
          key={slice.key}
          class={slice.color}
          style={{ width: `${(slice.share / whole) * 100}%` }}
          title={`${slice.label}: ${percent(slice.share / whole)}`}
        />
      ))}
    </div>
  );
}

export function Legend({ slices }: { slices: Slice[] }) {
  return (
    <ul class="legend">
      {slices.map((slice) => (
        <li key={slice.key}>
          <i class={slice.color} aria-hidden="true" />
          {slice.label} <span class="quiet">{percent(slice.share)}</span>
        </li>
      ))}
    </ul>
  );
}
