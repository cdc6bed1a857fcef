// What a user of the official Node client does, against the engine at argv[2]: prints one line for each step that
// worked. Run by tests/engine/client_chdbtest.cpp.
import assert from 'node:assert/strict'
import { createClient, ClickHouseError } from '@clickhouse/client'

const client = createClient({
  url: process.argv[2],
  username: 'reader',
  password: process.env.POLYHOUSE_ENGINE_PASSWORD,
  compression: { request: true, response: true },
})

const ping = await client.ping()
assert.equal(ping.success, true, String(ping.error))
console.log('ping')

const bound = await client.query({
  query: 'SELECT {text:String} AS text, {list:Array(String)} AS list, {big:UInt256} AS big, {at:DateTime64(3)} AS at',
  query_params: { text: "it's \\ \t\n", list: ["a'b", 'c'], big: (2n ** 256n - 1n).toString(), at: '2026-01-02 03:04:05.678' },
  format: 'JSONEachRow',
  clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
})
assert.deepEqual(await bound.json(), [
  { text: "it's \\ \t\n", list: ["a'b", 'c'], big: (2n ** 256n - 1n).toString(), at: '2026-01-02 03:04:05.678' },
])
console.log('parameters')

const rows = await client.query({
  query: 'SELECT number, toString(number) AS text FROM numbers(100000)',
  format: 'JSONEachRow',
})
let count = 0
let sum = 0
for await (const batch of rows.stream()) {
  for (const row of batch) {
    count += 1
    sum += Number(row.json().number)
  }
}
assert.equal(count, 100000)
assert.equal(sum, 4999950000)
console.log('stream')

await client.insert({ table: 't', values: [{ s: "one ' line\n\n; DROP TABLE t" }, { s: 'two' }], format: 'JSONEachRow' })
const stored = await client.query({ query: "SELECT s FROM t WHERE s != 'row' ORDER BY s", format: 'JSONEachRow' })
assert.deepEqual(await stored.json(), [{ s: "one ' line\n\n; DROP TABLE t" }, { s: 'two' }])
console.log('insert')

await assert.rejects(client.query({ query: 'SELECT * FROM nope' }), (error) => {
  assert(error instanceof ClickHouseError)
  assert.equal(error.code, '60')
  assert.equal(error.type, 'UNKNOWN_TABLE')
  return true
})
console.log('error')

await client.command({ query: 'CREATE TABLE c (a Int8) ENGINE = Memory' })
const result = await client.exec({ query: 'DROP TABLE c' })
result.stream.resume()
assert(result.query_id)
console.log('command')

const stranger = createClient({ url: process.argv[2], username: 'reader', password: 'wrong' })
await assert.rejects(stranger.query({ query: 'SELECT 1' }), (error) => error.code === '516')
console.log('password')

await client.close()
await stranger.close()
