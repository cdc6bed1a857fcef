// A market: is it live, what is the price, what changed, what else belongs to it.
import { useState } from 'preact/hooks';
import { address, useAnswer, type Result } from '../api';
import * as format from '../format';
import { useTopic } from '../live';
import { MarketDot } from '../parts/dot';
import { MarketAbout } from '../parts/market_about';
import { MarketChart } from '../parts/market_chart';
import { Name } from '../parts/name';
import { Outcomes } from '../parts/outcomes';
import { Outside } from '../parts/outside';
import { Answered, Panel } from '../parts/panel';
import { Empty, Failed, Loading } from '../parts/state';
import { Story } from '../parts/story';
import { TradesTable } from '../parts/trades_table';
import { Moment, Until } from '../parts/time';
import { useTape } from '../parts/tape';
import { useTitle } from '../parts/title';
import type { EventPage, LiveMarket, Market } from '../types';
import { ChanceCell } from './markets';

export function MarketPage({ params }: { params: string[] }) {
  const path = `/api/markets/${encodeURIComponent(params[0])}`;
  const result = useAnswer<Market>(path, { every: 15_000 });
  const market = result.answer?.data;
  useTitle(market?.question ?? 'Market');
  if (!market) return <NoMarket result={result} wanted={params[0]} />;
  return <Loaded market={market} result={result} />;
}

function NoMarket({ result, wanted }: { result: Result<Market>; wanted: string }) {
  if (result.trouble?.code === 'not_found') {
    return (
      <div class="alone">
        <h1>No market is known as that</h1>
        <p class="mono muted">{format.cut(wanted, 120)}</p>
        <p>It may be newer than the last reading, or an event. Search above finds both.</p>
      </div>
    );
  }
  return (
    <>
      <h1>Market</h1>
      {result.trouble ? <Failed trouble={result.trouble} retry={result.retry} /> : <Loading rows={10} />}
    </>
  );
}

/** The market with what the stream said since. */
function useLiveMarket(market: Market): Market {
  const [news, setNews] = useState<LiveMarket | null>(null);
  useTopic(`market:${market.id}`, {}, (name, message) => {
    if (name === 'market' && (message as LiveMarket).id === market.id) setNews(message as LiveMarket);
  });
  if (!news || (market.price_as_of && news.as_of < market.price_as_of)) return market;
  const { prices, last, volume, state } = news;
  return { ...market, prices, last, volume, state, price_as_of: news.as_of };
}

function Loaded({ market: answered, result }: { market: Market; result: Result<Market> }) {
  const market = useLiveMarket(answered);
  return (
    <>
      <Head market={market} />
      <div class="market-top">
        <MarketChart market={market} />
        <Panel title="Outcomes" note="price of a share">
          <Answered result={result}>{() => <Outcomes market={market} />}</Answered>
        </Panel>
      </div>
      <div class="market-below">
        <LastTrades market={market} />
        <Story market={market} />
        <Siblings market={market} />
        <MarketAbout market={market} />
      </div>
    </>
  );
}

function Head({ market }: { market: Market }) {
  const { event, question, state, ends, tags, links, closed } = market;
  return (
    <div class="head">
      <div class="crumbs">
        {event && (
          <a href={`/event/${encodeURIComponent(event.slug || event.id)}`}>
            <Name text={event.title} most={90} />
          </a>
        )}
        <MarketDot state={state} />
        {ends && (
          <span class="muted">
            {closed ? 'ended' : 'ends'} <Moment at={closed ? (market.closed_at ?? ends) : ends} />
            {!closed && (
              <>
                , <Until at={ends} />
              </>
            )}
          </span>
        )}
        <Outside to={links.polymarket}>polymarket.com</Outside>
      </div>
      <LongTitle text={question} />
      <div class="tags">
        {tags.slice(0, 8).map((tag) => (
          <a key={tag} href={address('/markets', { tag })}>
            {format.cut(tag, 30)}
          </a>
        ))}
      </div>
    </div>
  );
}

/** A title of ten thousand letters is shown whole only when asked for. */
export function LongTitle({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const most = whole ? 20_000 : 220;
  return (
    <h1>
      <Name text={text} most={most} />
      {text.length > 220 && (
        <button type="button" class="small" onClick={() => setWhole(!whole)}>
          {whole ? 'Less' : 'All of it'}
        </button>
      )}
    </h1>
  );
}

function LastTrades({ market }: { market: Market }) {
  const tape = useTape({ market: market.id }, 30, true);
  return (
    <Panel
      title="Last trades"
      class="wide"
      note={market.closed ? 'newest first' : 'live, newest first'}
      actions={
        <a class="button" href={address('/trades', { market: market.id })}>
          All
        </a>
      }
    >
      <Answered result={tape.result} rows={8}>
        {(data) =>
          tape.rows.length ? (
            <TradesTable
              label="Last trades of this market"
              rows={tape.rows}
              columns={['side', 'outcome', 'price', 'shares', 'usd', 'taker', 'tx']}
            />
          ) : (
            <Empty say="No trade of this market is stored.">
              {data.looked_back_to && (
                <p class="muted">
                  Looked back to <Moment at={data.looked_back_to} />.
                </p>
              )}
            </Empty>
          )
        }
      </Answered>
    </Panel>
  );
}

function Siblings({ market }: { market: Market }) {
  const { event } = market;
  const result = useAnswer<EventPage>(event ? `/api/events/${encodeURIComponent(event.id)}` : null, { every: 30_000 });
  if (!event) return null;
  return (
    <Panel
      title="Other markets of this event"
      actions={
        <a class="button" href={`/event/${encodeURIComponent(event.slug || event.id)}`}>
          Event
        </a>
      }
    >
      <Answered result={result} rows={4}>
        {({ markets }) => {
          const others = markets.filter(({ id }) => id !== market.id);
          if (!others.length) return <Empty say="It is the only one." />;
          return (
            <ul class="siblings">
              {others.slice(0, 12).map((other) => (
                <li key={other.id}>
                  <a href={`/market/${encodeURIComponent(other.id)}`}>
                    <Name text={other.question} most={90} />
                  </a>
                  <ChanceCell market={other} />
                </li>
              ))}
            </ul>
          );
        }}
      </Answered>
    </Panel>
  );
}
