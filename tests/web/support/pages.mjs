// One address of every page, made of what is stored.
import { ask, query } from './processes.mjs';

export async function addresses(url) {
  const { rows } = await ask(url, '/api/trades');
  const trade = rows.find((row) => row[2]);
  const market = await ask(url, `/api/markets/${trade[2]}`);
  return {
    now: '/',
    markets: '/markets',
    market: `/market/${market.id}`,
    event: `/event/${market.event.slug}`,
    wallets: '/wallets',
    wallet: `/wallet/${trade[10]}`,
    trades: '/trades',
    sql: '/sql',
    quality: '/quality',
    login: '/login',
  };
}

/** A market that trades, as SQL has it. */
export async function busyMarket(url) {
  const sql = `SELECT market_id FROM trades_with_markets WHERE notEmpty(question) GROUP BY market_id ORDER BY count() DESC LIMIT 1`;
  const [[id]] = await query(url, sql);
  return ask(url, `/api/markets/${id}`);
}
