-- Files of fills, trades and markets that people have (docs/import.md). A row of a file comes as text into import_fills,
-- import_trades or import_markets, which keep nothing; what they feed checks it and sends it on to where it belongs.
-- The setting log_comment of an insert is "attempt path": 32 digits of its own, a space, the file's path.

-- Fills that a file had without their place on the chain. What they are known by is what the file says of them: row_hash is
-- made of who gave how much of what to whom, and of how many equal rows stand before. Where the chain's own rows of a
-- transaction come, these yield: a row with `removed` and the highest version.
CREATE TABLE IF NOT EXISTS imported_fills
(
    block_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    transaction_hash String CODEC(ZSTD(1)),
    row_hash UInt64,
    exchange LowCardinality(String),
    generation LowCardinality(String),
    order_hash String CODEC(ZSTD(1)),
    maker String CODEC(ZSTD(1)),
    taker String CODEC(ZSTD(1)),
    maker_asset_id String CODEC(ZSTD(1)),
    taker_asset_id String CODEC(ZSTD(1)),
    maker_amount UInt256 CODEC(ZSTD(1)),
    taker_amount UInt256 CODEC(ZSTD(1)),
    fee UInt256 CODEC(ZSTD(1)),
    builder String CODEC(ZSTD(1)),
    removed Bool,
    version UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(block_time)
ORDER BY (block_time, transaction_hash, row_hash)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- The same of trades.
CREATE TABLE IF NOT EXISTS imported_trades
(
    timestamp DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    market_id String CODEC(ZSTD(1)),
    maker String CODEC(ZSTD(1)),
    taker String CODEC(ZSTD(1)),
    nonusdc_side LowCardinality(String),
    maker_direction LowCardinality(String),
    taker_direction LowCardinality(String),
    price Nullable(Float64),
    usd_amount Decimal(18, 6),
    token_amount Decimal(18, 6),
    transactionHash String CODEC(ZSTD(1)),
    row_hash UInt64,
    token_id String CODEC(ZSTD(1)),
    condition_id String CODEC(ZSTD(1)),
    outcome LowCardinality(String),
    exchange LowCardinality(String),
    generation LowCardinality(String),
    is_taker_leg Bool,
    match_type LowCardinality(String),
    removed Bool,
    version UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (timestamp, transactionHash, row_hash)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Rows of files that were not taken: where they stand, why, and what they say. A row that was read is kept as JSON of its
-- fields, one that could not be read as it is.
CREATE TABLE IF NOT EXISTS import_rejects
(
    path String,
    line UInt64,
    reason String,
    text String CODEC(ZSTD(1)),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (path, line);

-- How far each file is. `offset` is in bytes of what it holds when it is not compressed, `hash` XXH3 of so
-- many, `begun` when its first line was read, in milliseconds: rejects of it are those of that version or above.
CREATE TABLE IF NOT EXISTS imports
(
    kind LowCardinality(String),
    path String,
    offset UInt64,
    line UInt64,
    hash UInt64,
    begun UInt64,
    is_done Bool,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (kind, path);

-- Which lines of an insert the database has read: the others could not be read, and are asked for again one by one.
CREATE TABLE IF NOT EXISTS import_lines
(
    attempt String,
    lines AggregateFunction(groupBitmap, UInt64),
    at DateTime DEFAULT now()
)
ENGINE = MergeTree
ORDER BY attempt
TTL at + INTERVAL 1 DAY;

-- A row of a file of fills, under every name that its columns are known by: poly_data's and the subgraph's, and ours. Where
-- equal rows were not counted yet (import_occurrence is -1), it waits in import_fills_staged for that. Nearly every row is
-- plain: as poly_data writes it and nothing to complain of, which is seen in one look at all of its fields.
CREATE TABLE IF NOT EXISTS import_fills
(
    import_line UInt64 DEFAULT rowNumberInAllBlocks() + 1,
    import_occurrence Int32 DEFAULT -1,
    import_surplus String,
    block_timestamp String EPHEMERAL,
    block_time String EPHEMERAL,
    timestamp String DEFAULT concat(block_timestamp, block_time),
    maker String,
    makerAssetId String EPHEMERAL,
    maker_asset_id String DEFAULT makerAssetId,
    makerAmountFilled String EPHEMERAL,
    maker_amount_filled String EPHEMERAL,
    maker_amount String DEFAULT concat(makerAmountFilled, maker_amount_filled),
    taker String,
    takerAssetId String EPHEMERAL,
    taker_asset_id String DEFAULT takerAssetId,
    takerAmountFilled String EPHEMERAL,
    taker_amount_filled String EPHEMERAL,
    taker_amount String DEFAULT concat(takerAmountFilled, taker_amount_filled),
    transactionHash String EPHEMERAL,
    tx_hash String EPHEMERAL,
    transaction_hash String DEFAULT concat(transactionHash, tx_hash),
    id String,
    orderHash String EPHEMERAL,
    order_hash String DEFAULT orderHash,
    fee String,
    exchange String,
    generation String,
    builder String,
    blockNumber String EPHEMERAL,
    block_number String DEFAULT blockNumber,
    logIndex String EPHEMERAL,
    log_index String DEFAULT logIndex,
    import_is_plain Bool DEFAULT import_occurrence >= 0
        AND length(transaction_hash) = 66 AND length(maker) = 42 AND length(taker) = 42
        AND length(maker_asset_id) < 78 AND length(taker_asset_id) < 78
        AND length(maker_amount) < 20 AND length(taker_amount) < 20
        AND toUInt64OrZero(timestamp) BETWEEN 1577836800 AND 4102444799
        AND toUInt64OrZero(maker_amount) > 0 AND toUInt64OrZero(taker_amount) > 0
        AND empty(fee) AND empty(block_number) AND empty(log_index) AND empty(import_surplus)
        AND empty(id) AND empty(order_hash) AND empty(exchange) AND empty(generation) AND empty(builder)
        AND match(concat(transaction_hash, maker, taker, ' ', maker_asset_id, ' ', taker_asset_id),
            '^0x[0-9a-f]+x[0-9a-f]+x[0-9a-f]+ (0|[1-9][0-9]*) (0|[1-9][0-9]*)$')
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS import_fills_staged
(
    path String DEFAULT substring(getSetting('log_comment'), 34),
    import_line UInt64 CODEC(Delta, ZSTD(1)),
    import_surplus String CODEC(ZSTD(1)),
    timestamp String CODEC(ZSTD(1)),
    maker String CODEC(ZSTD(1)),
    maker_asset_id String CODEC(ZSTD(1)),
    maker_amount String CODEC(ZSTD(1)),
    taker String CODEC(ZSTD(1)),
    taker_asset_id String CODEC(ZSTD(1)),
    taker_amount String CODEC(ZSTD(1)),
    transaction_hash String CODEC(ZSTD(1)),
    id String CODEC(ZSTD(1)),
    order_hash String CODEC(ZSTD(1)),
    fee String CODEC(ZSTD(1)),
    exchange String CODEC(ZSTD(1)),
    generation String CODEC(ZSTD(1)),
    builder String CODEC(ZSTD(1)),
    block_number String CODEC(ZSTD(1)),
    log_index String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(import_line)
PARTITION BY path
ORDER BY (path, import_line);

-- The same, checked; `reason` is what is wrong with it, or empty.
CREATE TABLE IF NOT EXISTS import_fills_checked
(
    line UInt64,
    occurrence Int32,
    reason String,
    text String,
    has_place Bool,
    block_number UInt64,
    block_time DateTime64(3, 'UTC'),
    transaction_hash String,
    log_index UInt32,
    exchange String,
    generation String,
    order_hash String,
    maker String,
    taker String,
    maker_asset_id String,
    taker_asset_id String,
    maker_amount UInt256,
    taker_amount UInt256,
    fee UInt256,
    builder String
)
ENGINE = Null;

CREATE MATERIALIZED VIEW IF NOT EXISTS import_fills_stage TO import_fills_staged AS
SELECT
    import_line, import_surplus, timestamp, maker, maker_asset_id, maker_amount, taker, taker_asset_id, taker_amount, transaction_hash,
    id, order_hash, fee, exchange, generation, builder, block_number, log_index
FROM import_fills
WHERE import_occurrence < 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS import_fills_lines TO import_lines AS
SELECT left(getSetting('log_comment'), 32) AS attempt, groupBitmapState(import_line) AS lines
FROM import_fills;

-- The others are looked at field by field.
CREATE MATERIALIZED VIEW IF NOT EXISTS import_fills_check TO import_fills_checked AS
WITH
    '115792089237316195423570985008687907853269984665640564039457584007913129639935' AS most,
    toUInt64OrZero(r.timestamp) AS number,
    multiIf(
        number BETWEEN 1500000000 AND 4102444799, fromUnixTimestamp64Milli(toInt64(number * 1000), 'UTC'),
        number BETWEEN 1500000000000 AND 4102444799999, fromUnixTimestamp64Milli(toInt64(number), 'UTC'),
        number = 0 AND length(r.timestamp) >= 10, parseDateTime64BestEffortOrNull(r.timestamp, 3, 'UTC'),
        NULL) AS time,
    lower(r.transaction_hash) AS hash,
    lower(r.maker) AS giver,
    lower(r.taker) AS other,
    if(r.order_hash = '' AND length(r.id) = 133, substring(r.id, 68), r.order_hash) AS order_name,
    (id) -> match(id, '^(0|[1-9][0-9]*)$') AND (length(id) < 78 OR (length(id) = 78 AND id <= most)) AS is_id,
    (amount) -> match(amount, '^[0-9]+$') AND (length(amount) < 78 OR (length(amount) = 78 AND amount <= most)) AS is_amount
SELECT
    r.import_line AS line,
    r.import_occurrence AS occurrence,
    multiIf(
        isNull(time) OR time < toDateTime64('2020-01-01 00:00:00', 3, 'UTC'), concat('timestamp is no time: ', left(r.timestamp, 100)),
        r.import_surplus != '', concat('there are more fields than columns: ', left(r.import_surplus, 100)),
        NOT match(hash, '^0x[0-9a-f]{64}$'), concat('transactionHash is not 0x and 64 hexadecimal digits: ', left(r.transaction_hash, 100)),
        NOT match(giver, '^0x[0-9a-f]{40}$'), concat('maker is not 0x and 40 hexadecimal digits: ', left(r.maker, 100)),
        NOT match(other, '^0x[0-9a-f]{40}$'), concat('taker is not 0x and 40 hexadecimal digits: ', left(r.taker, 100)),
        NOT is_id(r.maker_asset_id), concat('makerAssetId is no number of 256 bits: ', left(r.maker_asset_id, 100)),
        NOT is_id(r.taker_asset_id), concat('takerAssetId is no number of 256 bits: ', left(r.taker_asset_id, 100)),
        NOT is_amount(r.maker_amount), concat('makerAmountFilled is no whole number of 256 bits: ', left(r.maker_amount, 100)),
        NOT is_amount(r.taker_amount), concat('takerAmountFilled is no whole number of 256 bits: ', left(r.taker_amount, 100)),
        r.fee != '' AND NOT is_amount(r.fee), concat('fee is no whole number of 256 bits: ', left(r.fee, 100)),
        NOT match(concat(r.block_number, ' ', r.log_index), '^[0-9]{0,18} [0-9]{0,9}$'), concat('block number and log index are no numbers: ', r.block_number, ', ', r.log_index),
        '') AS reason,
    if(reason = '', '', toJSONString(map(
        'timestamp', r.timestamp, 'maker', r.maker, 'makerAssetId', r.maker_asset_id, 'makerAmountFilled', r.maker_amount,
        'taker', r.taker, 'takerAssetId', r.taker_asset_id, 'takerAmountFilled', r.taker_amount, 'transactionHash', r.transaction_hash,
        'id', r.id, 'orderHash', r.order_hash, 'fee', r.fee, 'exchange', r.exchange, 'generation', r.generation,
        'builder', r.builder, 'blockNumber', r.block_number, 'logIndex', r.log_index))) AS text,
    r.block_number != '' AND r.log_index != '' AS has_place,
    toUInt64OrZero(r.block_number) AS block_number,
    ifNull(time, toDateTime64(0, 3, 'UTC')) AS block_time,
    hash AS transaction_hash,
    toUInt32OrZero(r.log_index) AS log_index,
    multiIf(r.exchange != '', lower(r.exchange), other IN (
        '0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e', '0xc5d563a36ae78145c45a50134d48a1215220f80a',
        '0xe111180000d2663c0091e4f400237545b87b996b', '0xe2222d279d744050d28e00520010520000310f59',
        '0xe2222d002000ba0053cef3375333610f64600036', '0xe3333700ca9d93003f00f0f71f8515005f6c00aa'), other, '') AS exchange,
    multiIf(
        r.generation != '', lower(r.generation),
        exchange IN ('0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e', '0xc5d563a36ae78145c45a50134d48a1215220f80a'), 'v1',
        exchange IN ('0xe111180000d2663c0091e4f400237545b87b996b', '0xe2222d279d744050d28e00520010520000310f59', '0xe2222d002000ba0053cef3375333610f64600036'), 'v2',
        exchange = '0xe3333700ca9d93003f00f0f71f8515005f6c00aa', 'v3',
        time < toDateTime64('2026-04-03 12:52:59', 3, 'UTC'), 'v1',
        '') AS generation,
    lower(order_name) AS order_hash,
    giver AS maker,
    other AS taker,
    r.maker_asset_id AS maker_asset_id,
    r.taker_asset_id AS taker_asset_id,
    toUInt256OrZero(r.maker_amount) AS maker_amount,
    toUInt256OrZero(r.taker_amount) AS taker_amount,
    toUInt256OrZero(r.fee) AS fee,
    r.builder AS builder
FROM import_fills AS r
WHERE r.import_occurrence >= 0 AND NOT r.import_is_plain;

CREATE MATERIALIZED VIEW IF NOT EXISTS import_fills_plain TO imported_fills AS
SELECT
    fromUnixTimestamp64Milli(toInt64(toUInt64OrZero(timestamp) * 1000), 'UTC') AS block_time,
    transaction_hash,
    cityHash64(maker, taker, maker_asset_id, taker_asset_id, toUInt256OrZero(r.maker_amount), toUInt256OrZero(r.taker_amount), import_occurrence) AS row_hash,
    if(taker IN (
        '0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e', '0xc5d563a36ae78145c45a50134d48a1215220f80a',
        '0xe111180000d2663c0091e4f400237545b87b996b', '0xe2222d279d744050d28e00520010520000310f59',
        '0xe2222d002000ba0053cef3375333610f64600036', '0xe3333700ca9d93003f00f0f71f8515005f6c00aa'), taker, '') AS exchange,
    multiIf(
        exchange = '', if(block_time < toDateTime64('2026-04-03 12:52:59', 3, 'UTC'), 'v1', ''),
        exchange IN ('0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e', '0xc5d563a36ae78145c45a50134d48a1215220f80a'), 'v1',
        exchange = '0xe3333700ca9d93003f00f0f71f8515005f6c00aa', 'v3',
        'v2') AS generation,
    maker, taker, maker_asset_id, taker_asset_id,
    toUInt256OrZero(r.maker_amount) AS maker_amount,
    toUInt256OrZero(r.taker_amount) AS taker_amount,
    toUInt64(1) AS version
FROM import_fills AS r
WHERE r.import_is_plain;

CREATE MATERIALIZED VIEW IF NOT EXISTS import_fills_keep TO imported_fills AS
SELECT
    block_time, transaction_hash,
    cityHash64(maker, taker, maker_asset_id, taker_asset_id, maker_amount, taker_amount, occurrence) AS row_hash,
    exchange, generation, order_hash, maker, taker, maker_asset_id, taker_asset_id, maker_amount, taker_amount, fee, builder,
    false AS removed, toUInt64(1) AS version
FROM import_fills_checked
WHERE reason = '' AND NOT has_place;

-- A row that knows its place has the chain's key: the chain's own, whose version is higher, replaces it.
CREATE MATERIALIZED VIEW IF NOT EXISTS import_fills_place TO order_fills AS
SELECT
    block_number, block_time, transaction_hash, log_index, exchange, generation, order_hash, maker, taker, maker_asset_id,
    taker_asset_id, maker_amount, taker_amount, fee, builder, false AS removed, toUInt64(1) AS version
FROM import_fills_checked
WHERE reason = '' AND has_place;

CREATE MATERIALIZED VIEW IF NOT EXISTS import_fills_reject TO import_rejects AS
SELECT substring(getSetting('log_comment'), 34) AS path, line, reason, text, toUInt64(toUnixTimestamp64Milli(now64(3))) AS version
FROM import_fills_checked
WHERE reason != '';

-- The chain's rows of a transaction have come: what files say of it is taken back.
CREATE MATERIALIZED VIEW IF NOT EXISTS imported_fills_yield TO imported_fills AS
SELECT i.block_time AS block_time, i.transaction_hash AS transaction_hash, i.row_hash AS row_hash, true AS removed, toUInt64(18446744073709551615) AS version
FROM (SELECT DISTINCT block_time, transaction_hash FROM order_fills) AS c
INNER JOIN
(
    SELECT block_time, transaction_hash, row_hash FROM imported_fills
    WHERE NOT removed AND (block_time, transaction_hash) GLOBAL IN (SELECT block_time, transaction_hash FROM order_fills)
) AS i ON c.block_time = i.block_time AND c.transaction_hash = i.transaction_hash;

-- Each fill once: the chain's, and of transactions that it was not asked for what files say. Their log_index is none of the
-- chain's: 2^31 and more.
CREATE OR REPLACE VIEW order_fills_current AS
SELECT {{columns of order_fills}} FROM order_fills FINAL WHERE NOT removed
UNION ALL
SELECT
    toUInt64(0) AS block_number, block_time, transaction_hash, toUInt32(bitOr(bitAnd(row_hash, 2147483647), 2147483648)) AS log_index,
    exchange, generation, order_hash, maker, taker, maker_asset_id, taker_asset_id, maker_amount, taker_amount, fee, builder, removed, version
FROM imported_fills FINAL WHERE NOT removed;

-- A row of a file of trades: poly_data's, of both generations, and ours.
CREATE TABLE IF NOT EXISTS import_trades
(
    import_line UInt64 DEFAULT rowNumberInAllBlocks() + 1,
    import_occurrence Int32 DEFAULT -1,
    import_surplus String,
    timestamp String,
    market_id String,
    maker String,
    taker String,
    nonusdc_side String,
    maker_direction String,
    taker_direction String,
    price String,
    usd_amount String,
    token_amount String,
    transaction_hash String EPHEMERAL,
    tx_hash String EPHEMERAL,
    transactionHash String DEFAULT concat(transaction_hash, tx_hash),
    token_id String,
    match_type String
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS import_trades_staged
(
    path String DEFAULT substring(getSetting('log_comment'), 34),
    import_line UInt64 CODEC(Delta, ZSTD(1)),
    import_surplus String CODEC(ZSTD(1)),
    timestamp String CODEC(ZSTD(1)),
    market_id String CODEC(ZSTD(1)),
    maker String CODEC(ZSTD(1)),
    taker String CODEC(ZSTD(1)),
    nonusdc_side String CODEC(ZSTD(1)),
    maker_direction String CODEC(ZSTD(1)),
    taker_direction String CODEC(ZSTD(1)),
    price String CODEC(ZSTD(1)),
    usd_amount String CODEC(ZSTD(1)),
    token_amount String CODEC(ZSTD(1)),
    transactionHash String CODEC(ZSTD(1)),
    token_id String CODEC(ZSTD(1)),
    match_type String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(import_line)
PARTITION BY path
ORDER BY (path, import_line);

CREATE TABLE IF NOT EXISTS import_trades_checked
(
    line UInt64,
    occurrence Int32,
    reason String,
    text String,
    timestamp DateTime64(3, 'UTC'),
    market_id String,
    maker String,
    taker String,
    nonusdc_side String,
    maker_direction String,
    taker_direction String,
    price Nullable(Float64),
    usd_amount Decimal(18, 6),
    token_amount Decimal(18, 6),
    transactionHash String,
    token_id String,
    condition_id String,
    outcome String,
    exchange String,
    generation String,
    is_taker_leg Bool,
    match_type String
)
ENGINE = Null;

CREATE MATERIALIZED VIEW IF NOT EXISTS import_trades_stage TO import_trades_staged AS
SELECT
    import_line, import_surplus, timestamp, market_id, maker, taker, nonusdc_side, maker_direction, taker_direction, price, usd_amount,
    token_amount, transactionHash, token_id, match_type
FROM import_trades
WHERE import_occurrence < 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS import_trades_lines TO import_lines AS
SELECT left(getSetting('log_comment'), 32) AS attempt, groupBitmapState(import_line) AS lines
FROM import_trades;

-- A market is named by its id or, in newer files of poly_data, by its condition id. What a file says of the taker's direction is
-- taken only beside the match's type: the originals write "the opposite" for all, which of mint and merge is not so. The
-- price is made anew of the amounts.
CREATE MATERIALIZED VIEW IF NOT EXISTS import_trades_check TO import_trades_checked AS
WITH
    toUInt64OrZero(r.timestamp) AS number,
    multiIf(
        number BETWEEN 1500000000 AND 4102444799, fromUnixTimestamp64Milli(toInt64(number * 1000), 'UTC'),
        number BETWEEN 1500000000000 AND 4102444799999, fromUnixTimestamp64Milli(toInt64(number), 'UTC'),
        number = 0 AND length(r.timestamp) >= 10, parseDateTime64BestEffortOrNull(r.timestamp, 3, 'UTC'),
        NULL) AS time,
    lower(r.transactionHash) AS hash,
    lower(r.maker) AS giver,
    lower(r.taker) AS other,
    toDecimal64OrNull(r.usd_amount, 6) AS usd,
    toDecimal64OrNull(r.token_amount, 6) AS tokens,
    upper(r.maker_direction) AS direction,
    toUInt32OrZero(substring(r.nonusdc_side, 6)) AS place,
    other IN (
        '0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e', '0xc5d563a36ae78145c45a50134d48a1215220f80a',
        '0xe111180000d2663c0091e4f400237545b87b996b', '0xe2222d279d744050d28e00520010520000310f59',
        '0xe2222d002000ba0053cef3375333610f64600036', '0xe3333700ca9d93003f00f0f71f8515005f6c00aa') AS by_exchange
SELECT
    r.import_line AS line,
    r.import_occurrence AS occurrence,
    multiIf(
        r.import_surplus != '', concat('there are more fields than columns: ', left(r.import_surplus, 100)),
        isNull(time) OR time < toDateTime64('2020-01-01 00:00:00', 3, 'UTC'), concat('timestamp is no time: ', left(r.timestamp, 100)),
        NOT match(hash, '^0x[0-9a-f]{64}$'), concat('transactionHash is not 0x and 64 hexadecimal digits: ', left(r.transactionHash, 100)),
        NOT match(giver, '^0x[0-9a-f]{40}$'), concat('maker is not 0x and 40 hexadecimal digits: ', left(r.maker, 100)),
        NOT match(other, '^0x[0-9a-f]{40}$'), concat('taker is not 0x and 40 hexadecimal digits: ', left(r.taker, 100)),
        direction NOT IN ('BUY', 'SELL'), concat('maker_direction is neither BUY nor SELL: ', left(r.maker_direction, 100)),
        r.nonusdc_side NOT IN ('', 'null', 'None', 'nan', 'USDC') AND NOT match(r.nonusdc_side, '^token[1-9][0-9]{0,2}$'), concat('nonusdc_side is not token1, token2, …: ', left(r.nonusdc_side, 100)),
        r.market_id NOT IN ('', 'null', 'None', 'nan') AND NOT match(r.market_id, '^([0-9]{1,18}|0x[0-9a-fA-F]{64})$'), concat('market_id is neither a number nor a condition id: ', left(r.market_id, 100)),
        isNull(usd) OR usd < 0, concat('usd_amount is no amount below 10^12: ', left(r.usd_amount, 100)),
        isNull(tokens) OR tokens < 0, concat('token_amount is no amount below 10^12: ', left(r.token_amount, 100)),
        '') AS reason,
    if(reason = '', '', toJSONString(map(
        'timestamp', r.timestamp, 'market_id', r.market_id, 'maker', r.maker, 'taker', r.taker, 'nonusdc_side', r.nonusdc_side,
        'maker_direction', r.maker_direction, 'taker_direction', r.taker_direction, 'price', r.price, 'usd_amount', r.usd_amount,
        'token_amount', r.token_amount, 'transactionHash', r.transactionHash, 'token_id', r.token_id,
        'match_type', r.match_type))) AS text,
    ifNull(time, toDateTime64(0, 3, 'UTC')) AS timestamp,
    multiIf(m.id != '', m.id, match(r.market_id, '^[0-9]+$'), r.market_id, '') AS market_id,
    giver AS maker,
    other AS taker,
    if(place > 0, r.nonusdc_side, '') AS nonusdc_side,
    direction AS maker_direction,
    multiIf(by_exchange, if(direction = 'BUY', 'SELL', 'BUY'), match_type != '', upper(r.taker_direction), '') AS taker_direction,
    if(tokens > 0, toFloat64(toInt64(ifNull(usd, 0) * 1000000)) / toFloat64(toInt64(ifNull(tokens, 0) * 1000000)), NULL) AS price,
    ifNull(usd, 0) AS usd_amount,
    ifNull(tokens, 0) AS token_amount,
    hash AS transactionHash,
    multiIf(r.token_id != '', r.token_id, place > 0, arrayElement(m.tokens, place), '') AS token_id,
    multiIf(m.id != '', m.condition_id, startsWith(r.market_id, '0x'), lower(r.market_id), '') AS condition_id,
    if(place > 0, arrayElement(m.outcomes, place), '') AS outcome,
    if(by_exchange, other, '') AS exchange,
    multiIf(
        other IN ('0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e', '0xc5d563a36ae78145c45a50134d48a1215220f80a'), 'v1',
        other IN ('0xe111180000d2663c0091e4f400237545b87b996b', '0xe2222d279d744050d28e00520010520000310f59', '0xe2222d002000ba0053cef3375333610f64600036'), 'v2',
        other = '0xe3333700ca9d93003f00f0f71f8515005f6c00aa', 'v3',
        time < toDateTime64('2026-04-03 12:52:59', 3, 'UTC'), 'v1',
        '') AS generation,
    by_exchange AS is_taker_leg,
    if(by_exchange, 'taker', if(lower(r.match_type) IN ('complementary', 'mint', 'merge', 'direct'), lower(r.match_type), '')) AS match_type
FROM import_trades AS r
LEFT ANY JOIN
(
    SELECT arrayJoin([id, condition_id]) AS name, id, condition_id, tokens, outcomes FROM markets
    WHERE notEmpty(tokens) AND (id GLOBAL IN (SELECT market_id FROM import_trades) OR condition_id GLOBAL IN (SELECT lower(market_id) FROM import_trades))
) AS m ON lower(r.market_id) = m.name
WHERE r.import_occurrence >= 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS import_trades_keep TO imported_trades AS
SELECT
    timestamp, market_id, maker, taker, nonusdc_side, maker_direction, taker_direction, price, usd_amount, token_amount, transactionHash,
    cityHash64(maker, taker, maker_direction, usd_amount, token_amount, occurrence) AS row_hash,
    token_id, condition_id, outcome, exchange, generation, is_taker_leg, match_type, false AS removed, toUInt64(toUnixTimestamp64Milli(now64(3))) AS version
FROM import_trades_checked
WHERE reason = '';

CREATE MATERIALIZED VIEW IF NOT EXISTS import_trades_reject TO import_rejects AS
SELECT substring(getSetting('log_comment'), 34) AS path, line, reason, text, toUInt64(toUnixTimestamp64Milli(now64(3))) AS version
FROM import_trades_checked
WHERE reason != '';

CREATE MATERIALIZED VIEW IF NOT EXISTS imported_trades_yield TO imported_trades AS
SELECT i.timestamp AS timestamp, i.transactionHash AS transactionHash, i.row_hash AS row_hash, true AS removed, toUInt64(18446744073709551615) AS version
FROM (SELECT DISTINCT timestamp, transactionHash FROM trades) AS c
INNER JOIN
(
    SELECT timestamp, transactionHash, row_hash FROM imported_trades
    WHERE NOT removed AND (timestamp, transactionHash) GLOBAL IN (SELECT timestamp, transactionHash FROM trades)
) AS i ON c.timestamp = i.timestamp AND c.transactionHash = i.transactionHash;

-- Each trade once: the chain's, and of transactions that it was not asked for what files say.
CREATE OR REPLACE VIEW trades_current AS
SELECT {{columns of trades}} FROM trades FINAL WHERE NOT removed
UNION ALL
SELECT
    timestamp, market_id, maker, taker, nonusdc_side, maker_direction, taker_direction, price, usd_amount, token_amount, transactionHash,
    toUInt32(bitOr(bitAnd(row_hash, 2147483647), 2147483648)) AS log_index, token_id, condition_id, outcome,
    toDecimal64(0, 6) AS fee, '' AS fee_asset, exchange, generation, is_taker_leg, match_type,
    toUInt64(0) AS block_number, '' AS order_hash, '' AS builder, removed, version
FROM imported_trades FINAL WHERE NOT removed;

-- A row of a file of markets: poly_data's older one, its newer one, which has the fields of the Gamma API, and ours.
CREATE TABLE IF NOT EXISTS import_markets
(
    import_line UInt64 DEFAULT rowNumberInAllBlocks() + 1,
    import_surplus String,
    market_id String EPHEMERAL,
    id String DEFAULT market_id,
    created_at String EPHEMERAL,
    createdAt String DEFAULT created_at,
    question String,
    answer1 String,
    answer2 String,
    negRisk String EPHEMERAL,
    neg_risk String DEFAULT negRisk,
    slug String EPHEMERAL,
    market_slug String DEFAULT slug,
    token1 String,
    token2 String,
    conditionId String EPHEMERAL,
    condition_id String DEFAULT conditionId,
    volume String,
    ticker String,
    event_slug String,
    closed_time String EPHEMERAL,
    closedTime String DEFAULT closed_time,
    description String,
    outcomes String,
    outcomePrices String EPHEMERAL,
    outcome_prices String DEFAULT outcomePrices,
    clobTokenIds String EPHEMERAL,
    clob_token_ids String EPHEMERAL,
    tokens String DEFAULT concat(clobTokenIds, clob_token_ids),
    liquidity String,
    active String,
    closed String,
    archived String,
    endDate String EPHEMERAL,
    end_date String DEFAULT endDate
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS import_markets_checked
(
    line UInt64,
    reason String,
    text String,
    createdAt Nullable(DateTime64(3, 'UTC')),
    id String,
    question String,
    answer1 String,
    answer2 String,
    neg_risk Bool,
    market_slug String,
    token1 String,
    token2 String,
    condition_id String,
    volume Nullable(Float64),
    ticker String,
    event_slug String,
    closedTime Nullable(DateTime64(3, 'UTC')),
    description String,
    outcomes Array(String),
    outcome_prices Array(Float64),
    tokens Array(String),
    liquidity Nullable(Float64),
    active Bool,
    closed Bool,
    archived Bool,
    end_date Nullable(DateTime64(3, 'UTC'))
)
ENGINE = Null;

CREATE MATERIALIZED VIEW IF NOT EXISTS import_markets_lines TO import_lines AS
SELECT left(getSetting('log_comment'), 32) AS attempt, groupBitmapState(import_line) AS lines
FROM import_markets;

CREATE MATERIALIZED VIEW IF NOT EXISTS import_markets_check TO import_markets_checked AS
WITH
    if(r.outcomes != '', JSONExtract(replaceAll(r.outcomes, '\'', '"'), 'Array(String)'), arrayFilter(answer -> answer != '', [r.answer1, r.answer2])) AS labels,
    if(r.tokens != '', JSONExtract(replaceAll(r.tokens, '\'', '"'), 'Array(String)'), arrayFilter(token -> token != '', [r.token1, r.token2])) AS ids,
    lower(r.condition_id) AS condition,
    (flag) -> lower(flag) IN ('true', '1', 't', 'yes') AS is_true
SELECT
    r.import_line AS line,
    multiIf(
        r.import_surplus != '', concat('there are more fields than columns: ', left(r.import_surplus, 100)),
        r.id = '', 'there is no id: the Gamma API has a number for each market',
        NOT match(r.id, '^[0-9]{1,18}$'), concat('id is not the number that the Gamma API has for a market: ', left(r.id, 100)),
        condition != '' AND NOT match(condition, '^0x[0-9a-f]{64}$'), concat('condition_id is not 0x and 64 hexadecimal digits: ', left(r.condition_id, 100)),
        arrayExists(token -> NOT match(token, '^[0-9]{1,78}$'), ids), concat('a token id is no number: ', toString(ids)),
        r.tokens NOT IN ('', '[]') AND empty(ids), concat('the token ids are no list: ', left(r.tokens, 100)),
        '') AS reason,
    if(reason = '', '', toJSONString(map(
        'createdAt', r.createdAt, 'id', r.id, 'question', r.question, 'answer1', r.answer1, 'answer2', r.answer2, 'neg_risk', r.neg_risk,
        'market_slug', r.market_slug, 'token1', r.token1, 'token2', r.token2, 'condition_id', r.condition_id, 'volume', r.volume,
        'ticker', r.ticker, 'event_slug', r.event_slug, 'closedTime', r.closedTime, 'description', r.description, 'outcomes', r.outcomes,
        'outcomePrices', r.outcome_prices, 'clobTokenIds', r.tokens, 'liquidity', r.liquidity, 'active', r.active, 'closed', r.closed,
        'archived', r.archived, 'endDate', r.end_date))) AS text,
    parseDateTime64BestEffortOrNull(r.createdAt, 3, 'UTC') AS createdAt,
    r.id AS id,
    r.question AS question,
    arrayElement(labels, 1) AS answer1,
    arrayElement(labels, 2) AS answer2,
    is_true(r.neg_risk) AS neg_risk,
    r.market_slug AS market_slug,
    arrayElement(ids, 1) AS token1,
    arrayElement(ids, 2) AS token2,
    condition AS condition_id,
    toFloat64OrNull(r.volume) AS volume,
    r.ticker AS ticker,
    r.event_slug AS event_slug,
    parseDateTime64BestEffortOrNull(r.closedTime, 3, 'UTC') AS closedTime,
    r.description AS description,
    labels AS outcomes,
    arrayMap(price -> toFloat64OrZero(price), JSONExtract(replaceAll(r.outcome_prices, '\'', '"'), 'Array(String)')) AS outcome_prices,
    ids AS tokens,
    toFloat64OrNull(r.liquidity) AS liquidity,
    is_true(r.active) AS active,
    is_true(r.closed) OR r.closedTime NOT IN ('', 'null', 'None') AS closed,
    is_true(r.archived) AS archived,
    parseDateTime64BestEffortOrNull(r.end_date, 3, 'UTC') AS end_date
FROM import_markets AS r;

-- Whatever the API says has a higher version. Nobody knows since when what a file says was so: it is no part of the history.
ALTER TABLE markets_versions_feed
MODIFY QUERY SELECT {{columns of markets}}
FROM markets
WHERE version > 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS import_markets_keep TO markets AS
SELECT
    createdAt, id, question, answer1, answer2, neg_risk, market_slug, token1, token2, condition_id, volume, ticker, event_slug, closedTime,
    description, outcomes, outcome_prices, tokens, liquidity, active, closed, archived, end_date, toUInt64(0) AS version
FROM import_markets_checked
WHERE reason = '';

CREATE MATERIALIZED VIEW IF NOT EXISTS import_markets_reject TO import_rejects AS
SELECT substring(getSetting('log_comment'), 34) AS path, line, reason, text, toUInt64(toUnixTimestamp64Milli(now64(3))) AS version
FROM import_markets_checked
WHERE reason != '';
