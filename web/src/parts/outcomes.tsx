// The outcomes of a market with both prices we know, and its figures.
import type { ComponentChildren } from 'preact';
import * as format from '../format';
import type { Market } from '../types';
import { Change, Count, Money, Price } from './money';
import { Name } from './name';
import { Empty } from './state';
import { Age } from './time';

export function Outcomes({ market }: { market: Market }) {
  const { outcomes, prices, last, tick, resolution } = market;
  return (
    <>
      {!outcomes.length && <Empty say="This market has no outcomes in Gamma's answer." />}
      <ul class="outcomes">
        {outcomes.map((outcome, n) => (
          <li key={n}>
            <i class={`key key-${Math.min(n + 1, 7)}`} aria-hidden="true" />
            <Name text={outcome} most={40} />
            <span>
              {typeof resolution?.payouts?.[n] === 'number' ? (
                <span class="muted">paid {format.price(resolution.payouts[n])}</span>
              ) : (
                n === 0 && <Change p={market.change_24h} />
              )}
            </span>
            <span class="muted number last" title="Price of the last trade">
              {format.price(last[n], 0.001)}
            </span>
            <b class="big">
              <Price p={prices[n]} tick={tick} />
            </b>
          </li>
        ))}
      </ul>
      <p class="sources muted">
        <span>
          Big: Gamma, <Age at={market.price_as_of} word="old" />
        </span>
        <span>
          small: last trade, <Age at={market.last_at} word="old" />
        </span>
      </p>
      <dl class="facts">
        <Fact name="Volume" note="as Gamma says">
          <Money usd={market.volume} />
        </Fact>
        <Fact name="24 h" note="as Gamma says">
          <Money usd={market.volume24h} />
        </Fact>
        <Fact name="Traded" note="stored here, each match once">
          <Money usd={market.traded_usd} />
        </Fact>
        <Fact name="Liquidity">
          <Money usd={market.liquidity} />
        </Fact>
        <Fact name="Trades">
          <Count n={market.trades} />
        </Fact>
      </dl>
    </>
  );
}

function Fact({ name, note, children }: { name: string; note?: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>
        {name} {note && <span class="faint">{note}</span>}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
