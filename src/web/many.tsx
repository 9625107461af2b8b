// Long lists: a part that is useful to look at, and the rest when asked for. What is not shown is
// summed, so that a column still adds up on a phone and on paper.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { billionths, sumOf } from "./money";
import type { Money } from "./report";
import { count } from "./words";

const AT_ONCE = 500; // more rows in one step would freeze a phone

export interface Many<T> {
  shown: T[]; // in the order given
  rest: { count: number; sum: Money } | null;
  more: (() => void) | null;
}

// The dearest `first` items to begin with. A list a little longer than that is shown whole.
export function useMany<T>(items: T[], amount: (item: T) => Money, currency: string, first: number): Many<T> {
  const [limit, setLimit] = useState(first);
  if (items.length <= limit * 1.2) return { shown: items, rest: null, more: null };
  const dearest = items
    .map((item) => ({ item, size: billionths(amount(item)) }))
    .sort((a, b) => (a.size < b.size ? 1 : a.size > b.size ? -1 : 0));
  const chosen = new Set(dearest.slice(0, limit).map(({ item }) => item));
  return {
    shown: items.filter((item) => chosen.has(item)),
    rest: {
      count: items.length - chosen.size,
      sum: sumOf(dearest.slice(limit).map(({ item }) => amount(item)), currency),
    },
    more: () => setLimit(limit + AT_ONCE),
  };
}

export function More({ many, what }: { many: Many<unknown>; what: string }) {
  if (!many.more || !many.rest) return null;
  return (
    <button type="button" class="more screen" onClick={many.more}>
      Show {many.rest.count > AT_ONCE ? `${AT_ONCE} more` : `the other ${count(many.rest.count)}`} {what}
    </button>
  );
}

// Remarks, of which a few say it all.
export function Few({ remarks, what }: { remarks: ComponentChildren[]; what: string }) {
  const FIRST = 5;
  const [limit, setLimit] = useState(FIRST);
  const hidden = remarks.length - limit;
  return (
    <>
      {remarks.slice(0, limit).map((remark, index) => <p key={index} class="remark">{remark}</p>)}
      {hidden > 0 && <p class="remark">and {count(hidden)} more {what}.</p>}
      {hidden > 0 && (
        <button type="button" class="more screen" onClick={() => setLimit(limit + AT_ONCE)}>Show more {what}</button>
      )}
    </>
  );
}
