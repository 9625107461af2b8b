import { useState } from "preact/hooks";
import { decimalsOf, ratio } from "./money";
import { Amount, Section, StackedBar } from "./parts";
import type { Money, PricePart, Resource } from "./report";

const KINDS: Record<string, string> = {
  depreciation: "Depreciation",
  maintenance: "Maintenance",
  space: "Space",
  energy: "Power under load",
};

function Part({ part, of, decimals }: { part: PricePart; of: Money; decimals: number }) {
  const [open, setOpen] = useState(false);
  const id = `formula-${part.kind}`;
  return (
    <li class={open ? "open" : ""}>
      <button type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <i class={`dot kind-${part.kind}`} aria-hidden="true" />
        <span class="name">{KINDS[part.kind] ?? part.kind}</span>
        <span class="quiet share">{(ratio(part.per_hour, of) * 100).toFixed(1)} %</span>
        <Amount money={part.per_hour} decimals={decimals} />
        <span class="chevron" aria-hidden="true" />
      </button>
      <p id={id} class="formula">
        {part.formula} <span class="quiet">({part.source})</span>
      </p>
    </li>
  );
}

export function PriceSection({ resource }: { resource: Resource }) {
  const price = resource.price_per_hour_at_load;
  const decimals = decimalsOf(resource.parts.map((part) => part.per_hour).concat(price));
  const where = resource.site ? ` at ${resource.site}` : "";
  return (
    <Section
      id={`price-${resource.name}-${resource.month}`}
      title={`An hour of ${resource.name}`}
      lead={
        <>
          {resource.name}{where} costs <Amount money={price} /> an hour at {resource.load_watts} W, and{" "}
          <Amount money={resource.price_per_hour_idle} /> doing nothing at {resource.idle_watts} W.
          <span class="screen"> Tap a part for its formula.</span>
        </>
      }
    >
      <StackedBar
        label={`The parts of the hour's price: ${resource.parts.map((part) => `${part.kind} ${(ratio(part.per_hour, price) * 100).toFixed(1)} %`).join(", ")}`}
        slices={resource.parts.map((part) => ({
          key: part.kind,
          label: KINDS[part.kind] ?? part.kind,
          share: ratio(part.per_hour, price),
          color: `kind-${part.kind}`,
        }))}
      />
      <ul class="price">
        {resource.parts.map((part) => <Part key={part.kind} part={part} of={price} decimals={decimals} />)}
        <li class="total">
          <div class="row">
            <span class="name">An hour under load</span>
            <Amount money={price} decimals={decimals} />
          </div>
        </li>
      </ul>
    </Section>
  );
}
