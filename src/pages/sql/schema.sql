WITH
    columns AS (SELECT table, groupArray(tuple(name, type, comment)) AS list FROM (SELECT table, name, type, comment FROM system.columns WHERE database = currentDatabase() ORDER BY table, position) GROUP BY table)
SELECT
    groupArray(tuple(of_table.name AS table, of_table.comment AS comment, toFloat64(of_table.total_rows) AS rows, columns.list AS columns)) AS data,
    CAST(NULL, 'Nullable(String)') AS next
FROM (SELECT name, comment, total_rows FROM system.tables WHERE database = currentDatabase() AND NOT startsWith(name, '.') AND NOT endsWith(name, '_feed') ORDER BY name) AS of_table
INNER JOIN columns ON of_table.name = columns.table
