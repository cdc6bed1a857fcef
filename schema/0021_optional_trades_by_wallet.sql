-- What the chain had taken back was marked without its wallet, and so beside the row, which stayed.
INSERT INTO trades_by_wallet
SELECT stood.* REPLACE (true AS removed, gone.version AS version)
FROM trades_by_wallet AS stood
INNER JOIN
(
    SELECT timestamp, transactionHash, log_index, max(version) AS version
    FROM trades_by_wallet
    WHERE maker = '' AND removed
    GROUP BY timestamp, transactionHash, log_index
) AS gone ON stood.timestamp = gone.timestamp AND stood.transactionHash = gone.transactionHash AND stood.log_index = gone.log_index
WHERE stood.maker != '' AND NOT stood.removed AND stood.version < gone.version
SETTINGS max_threads = 1, max_block_size = 8192, min_insert_block_size_rows = 65536, min_insert_block_size_bytes = 33554432;
