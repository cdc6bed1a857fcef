// The pages, and the list of keys, that are loaded when the first of them is shown: one chunk, asked for once.
export { KeysDialog } from '../parts/keys_dialog';
export { EventView } from './event';
export { Login } from './login';
export { MarketPage } from './market';
export { Missing } from './missing';
export { QualityPage } from './quality';
export { Sql } from './sql';
export { Trades } from './trades';
export { WalletPage } from './wallet';
export { Wallets } from './wallets';
