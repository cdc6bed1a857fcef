// Reads the Parquet file at argv[2] and compares each value of each row with the JSON lines at argv[3], which the
// database has written of the same rows in the same order. Run by tests/e2e/export_e2e_test.cpp.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const rows = await parquetReadObjects({ file: await asyncBufferFromFile(process.argv[2]), compressors })
const wanted = readFileSync(process.argv[3], 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line))

// What the database writes as text or as a plain number.
const plain = (value, like) => {
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', '')
  if (typeof value === 'bigint') return typeof like === 'string' ? value.toString() : Number(value)
  if (Array.isArray(value)) return value.map((each, i) => plain(each, like[i]))
  return value ?? null
}

assert.equal(rows.length, wanted.length)
let values = 0
rows.forEach((row, i) => {
  assert.deepEqual(Object.keys(row), Object.keys(wanted[i]))
  for (const [name, value] of Object.entries(row)) {
    assert.deepEqual(plain(value, wanted[i][name]), wanted[i][name], `row ${i}, ${name}`)
    values += 1
  }
})
console.log(`${rows.length} rows, ${values} values`)
