-- The tokens of a wallet are those of its days that are kept (0019).
CREATE OR REPLACE VIEW wallet_tokens AS
SELECT wallet, token_id FROM wallet_days_kept
UNION ALL
SELECT maker AS wallet, token_id FROM trades_latest WHERE of_file;
