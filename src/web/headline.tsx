import { digits, ratio, rounded } from "./money";
import { Amount } from "./parts";
import type { Money, Report } from "./report";
import { percent, roughly } from "./words";

const WIDE = 11; // characters that a card holds in large type

// In large type an amount is rounded for the eye: to cents, or below one unit to millionths. Its
// exact text stands in the bill below.
function Figure({ money }: { money: Money }) {
  const small = digits(money).whole === "0";
  const { sign, whole, cents, rest } = digits(rounded(money, small ? 6 : 2));
  const shown = `${sign}${whole}${cents}${rest}`;
  return (
    <span class={shown.length > WIDE ? "figure long" : "figure"} data-amount={money.amount} title={`${money.currency} ${money.amount}`}>
      <span class="currency">{money.currency}</span> {shown}
    </span>
  );
}

export function HeadlineSection({ report }: { report: Report }) {
  const { headline, bill } = report;
  const used = ratio(bill.used_total, bill.total);
  return (
    <section class="headline" aria-label="The main figures">
      <article>
        <h2>Total of the period</h2>
        <Figure money={headline.total} />
        <p>
          {percent(used)} of it in use, {percent(ratio(bill.idle_total, bill.total))} idle
        </p>
      </article>
      <article>
        <h2>A million predictions</h2>
        {headline.cost_per_million
          ? <Figure money={headline.cost_per_million} />
          : <span class="figure none">not yet measured</span>}
        <p>{headline.cost_per_million_source}</p>
      </article>
      <article>
        <h2>Saving found, per million</h2>
        {headline.saving_per_million
          ? <Figure money={headline.saving_per_million} />
          : <span class="figure none">none yet</span>}
        <p>
          {headline.saving_share !== null && `${percent(headline.saving_share, 0)} cheaper`}
          {headline.payback_predictions !== null &&
            `; has paid for itself after ${roughly(headline.payback_predictions)} predictions`}
        </p>
      </article>
      <article>
        <h2>Left in the budgets</h2>
        {headline.budget_left && headline.budget_limit
          ? (
            <>
              <Figure money={headline.budget_left} />
              <div class="gauge" aria-hidden="true">
                <span
                  style={{ width: `${100 * Math.min(1, Math.max(0, ratio(headline.budget_left, headline.budget_limit)))}%` }}
                />
              </div>
              <p>of <Amount money={headline.budget_limit} /></p>
            </>
          )
          : (
            <>
              <span class="figure none">no budget set</span>
              <p>purser budget set NAME 'USD 0.10' sets one</p>
            </>
          )}
      </article>
    </section>
  );
}
