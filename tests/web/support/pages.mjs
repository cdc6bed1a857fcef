// One address of every page, made of what is stored.
import { ask, query } from './processes.mjs';

const busiest = `SELECT t.market_id
  FROM trades_with_markets t INNER JOIN markets_current m ON m.id = t.market_id
  WHERE NOT m.closed GROUP BY t.market_id ORDER BY count() DESC, t.market_id LIMIT 1`;

/** The open market that trades most, as the page has it. */
export async function busyMarket(url) {
  const [[id]] = await query(url, busiest);
  return ask(url, `/api/markets/${id}`);
}

export async function busyWallet(url) {
  const sql = 'SELECT wallet FROM wallet_trades GROUP BY wallet ORDER BY count() DESC, wallet LIMIT 1';
  return (await query(url, sql))[0][0];
}

export async function addresses(url) {
  const market = await busyMarket(url);
  return {
    now: '/',
    markets: '/markets',
    market: `/market/${market.id}`,
    event: `/event/${market.event.slug}`,
    wallets: '/wallets',
    wallet: `/wallet/${await busyWallet(url)}`,
    trades: '/trades',
    sql: '/sql',
    quality: '/quality',
    login: '/login',
  };
}
