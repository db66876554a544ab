import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { parse, TomlDate, TomlError } from 'smol-toml'
import { reasonOf } from '../reason.ts'
import { UsageError } from '../usage-error.ts'
import type { ModelPrice, Prices } from '../web/contract.ts'
import { PRICE_LIST } from '../web/price-list.ts'

const KINDS = { input: 'input', cached: 'cached', cache_write: 'cacheWrite', output: 'output' } as const
const KEYS: readonly string[] = ['model', 'valid_from', 'source', ...Object.keys(KINDS)]
const ALWAYS = '1970-01-01'
/** Bytes of a file. */
const MAX_BYTES = 1024 * 1024

/** The prices that the page shows. @throws UsageError */
export const pricesOf = ({ prices }: { prices: string | undefined }): Prices =>
  prices === undefined ? PRICE_LIST : readPrices(prices, PRICE_LIST)

/**
 * Reads prices of models from a file. A model that it names has no other prices than those of the file.
 * @throws UsageError that names the file and what is wrong in it
 */
export function readPrices(path: string, known: Prices): Prices {
  const wrong = (message: string): UsageError => new UsageError(`${path}: ${message}.`)
  const { model: tables, ...rest } = readToml(path)
  const [other] = Object.keys(rest)
  if (other !== undefined || !Array.isArray(tables)) {
    throw wrong(
      `${other === undefined ? 'there is no price' : `unknown ${JSON.stringify(other)}`}; write a table [[model]] for each`,
    )
  }
  const own = tables.map((table: unknown, index) => {
    try {
      return readModel(table, path)
    } catch (error) {
      throw wrong(`[[model]] number ${index + 1}: ${(error as Error).message}`)
    }
  })
  const named = new Set(own.map(({ model }) => model))
  return { date: known.date, models: [...own, ...known.models.filter(({ model }) => !named.has(model))] }
}

function readToml(path: string): Record<string, unknown> {
  let text: string
  try {
    text = readText(path)
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}.`)
  }
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [reason = ''] = error.message.split('\n')
    throw new UsageError(`${path}, line ${error.line}: ${reason.replace(/^Invalid TOML document: /, '')}.`)
  }
}

/** The text of a file or a pipe, as a shell makes one for `<(...)`. */
function readText(path: string): string {
  const what = statSync(path)
  if (!what.isFile() && !what.isFIFO()) throw new Error('it is no file; name a file with the prices in TOML')
  const bytes = Buffer.alloc(MAX_BYTES + 1)
  const file = openSync(path, 'r')
  try {
    let length = 0
    let read: number
    do {
      read = readSync(file, bytes, length, bytes.length - length, null)
      length += read
    } while (read > 0 && length < bytes.length)
    if (length > MAX_BYTES) throw new Error('it has more than 1 MiB; name a file that has the prices alone')
    return bytes.toString('utf8', 0, length)
  } finally {
    closeSync(file)
  }
}

/** @throws Error that says what is wrong */
function readModel(table: unknown, path: string): ModelPrice {
  const values = (table ?? {}) as Record<string, unknown>
  const { model, valid_from: from, source = path } = values
  if (typeof model !== 'string' || model === '')
    throw new Error('model is the name of a model, or its beginning with * behind')
  const unknown = Object.keys(values).find(key => !KEYS.includes(key))
  if (unknown !== undefined) throw new Error(`unknown ${JSON.stringify(unknown)}; there are ${KEYS.join(', ')}`)
  if (typeof source !== 'string') throw new Error('source is a text')
  const prices = Object.entries(KINDS).map(([key, name]) => {
    const price = values[key]
    if (typeof price !== 'number' || !Number.isFinite(price) || price < 0) {
      throw new Error(`${key} is the price of 1,000,000 tokens in US dollars, such as 1.25`)
    }
    return [name, price]
  })
  return { model, validFrom: readDay(from), source, ...(Object.fromEntries(prices) as Prices4) }
}

type Prices4 = Record<(typeof KINDS)[keyof typeof KINDS], number>

function readDay(value: unknown): string {
  if (value === undefined) return ALWAYS
  const day = value instanceof TomlDate ? value.toISOString().slice(0, 10) : value
  if (typeof day === 'string' && /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))) return day
  throw new Error('valid_from is a day, such as 2026-11-01')
}
