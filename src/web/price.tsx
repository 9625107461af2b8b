import { useState } from "preact/hooks";
import { More, useMany } from "./many";
import { decimalsOf, ratio } from "./money";
import { Amount, Name, Section, StackedBar } from "./parts";
import type { Money, PricePart, Resource } from "./report";
import { count } from "./words";

const KINDS: Record<string, string> = {
  depreciation: "Depreciation",
  maintenance: "Maintenance",
  space: "Space",
  energy: "Power under load",
};

function Part({ part, of, decimals, resource }: { part: PricePart; of: Money; decimals: number; resource: string }) {
  const [open, setOpen] = useState(false);
  const id = `formula-${resource}-${part.kind}`;
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

const IN_FULL = 3; // sections of their own; of more machines a table, and one of them in full
const ROWS_SHOWN = 20;

export function PricesSection({ resources }: { resources: Resource[] }) {
  if (resources.length > IN_FULL) return <PriceTable resources={resources} />;
  return <>{resources.map((resource) => <PriceSection key={resource.name} resource={resource} />)}</>;
}

function PriceTable({ resources }: { resources: Resource[] }) {
  const first = resources[0]!;
  const many = useMany(resources, (resource) => resource.price_per_hour_at_load, first.price_per_hour_at_load.currency, ROWS_SHOWN);
  const [chosen, choose] = useState(many.shown[0]?.name ?? first.name);
  const decimals = decimalsOf(resources.flatMap((one) => [one.price_per_hour_idle, one.price_per_hour_at_load]));
  return (
    <>
      <Section id="prices" title="An hour of each machine" lead="What an hour costs under load, and doing nothing.">
        <table class="prices">
          <caption class="hidden">Prices of an hour</caption>
          <thead>
            <tr>
              <th scope="col">Machine</th>
              <th scope="col" class="wide">Site</th>
              <th scope="col" class="number">Under load</th>
              <th scope="col" class="number wide">Idle</th>
            </tr>
          </thead>
          <tbody>
            {many.shown.map((one) => (
              <tr key={one.name}>
                <th scope="row">
                  <Name of={one.name} />
                  <small class="narrow">idle <Amount money={one.price_per_hour_idle} /></small>
                </th>
                <td class="wide">{one.site || "–"}</td>
                <td class="number"><Amount money={one.price_per_hour_at_load} decimals={decimals} /></td>
                <td class="number wide"><Amount money={one.price_per_hour_idle} decimals={decimals} /></td>
              </tr>
            ))}
          </tbody>
        </table>
        {many.rest && <p class="remark">and {count(many.rest.count)} more, each for less.</p>}
        <More many={many} what="machines" />
        <label class="choose screen">
          The parts and formulas of{" "}
          <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
            {resources.map((one) => <option key={one.name}>{one.name}</option>)}
          </select>
        </label>
      </Section>
      {resources.filter((one) => one.name === chosen).map((one) => <PriceSection key={one.name} resource={one} />)}
    </>
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
        {resource.parts.map((part) => <Part key={part.kind} part={part} of={price} decimals={decimals} resource={resource.name} />)}
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
