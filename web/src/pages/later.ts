// The pages that are loaded when the first of them is shown: one chunk, so that little is split and asked for.
export { EventView } from './event';
export { Login } from './login';
export { MarketPage } from './market';
export { QualityPage } from './quality';
export { Sql } from './sql';
export { Trades } from './trades';
export { WalletPage } from './wallet';
export { Wallets } from './wallets';
