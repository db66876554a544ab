import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { testFolder } from '../testing.fixture.ts'
import { UsageError } from '../usage-error.ts'
import type { Prices } from '../web/contract.ts'
import { readPrices } from './read-prices.ts'

const price = (model: string, input: number) => ({
  ...{ model, validFrom: '2025-01-01', input, cached: 0, cacheWrite: 0, output: 0, source: 'list' },
})
const KNOWN: Prices = { date: '2026-11-06', models: [price('a', 1), price('a', 2), price('b', 3)] }

function write(text: string): string {
  const path = join(testFolder(), 'prices.toml')
  writeFileSync(path, text)
  return path
}

const VALUES = 'input = 1.25\ncached = 0.125\ncache_write = 1.25\noutput = 10\n'

it('prices of a file stand in place of those of the same models, with a day and a source where it names them', () => {
  const path = write(
    `[[model]]\nmodel = "a"\n${VALUES}[[model]]\nmodel = "own-*"\nvalid_from = 2026-11-01\nsource = "contract 7"\ninput = 0\ncached = 0\ncache_write = 0\noutput = 2\n`,
  )
  expect(readPrices(path, KNOWN)).toEqual({
    date: '2026-11-06',
    models: [
      { model: 'a', validFrom: '1970-01-01', input: 1.25, cached: 0.125, cacheWrite: 1.25, output: 10, source: path },
      { model: 'own-*', validFrom: '2026-11-01', input: 0, cached: 0, cacheWrite: 0, output: 2, source: 'contract 7' },
      price('b', 3),
    ],
  })
})

it.each([
  ['', ': there is no price; write a table [[model]] for each.'],
  ['models = 1', ': unknown "models"; write a table [[model]] for each.'],
  ['[[model]]\nmodel = 5', ': [[model]] number 1: model is the name of a model, or its beginning with * behind.'],
  [
    `[[model]]\nmodel = "a"\n${VALUES}[[model]]\nmodel = "b"`,
    ': [[model]] number 2: input is the price of 1,000,000 tokens',
  ],
  [`[[model]]\nmodel = "a"\n${VALUES.replace('0.125', '-1')}`, 'cached is the price'],
  [`[[model]]\nmodel = "a"\n${VALUES.replace('0.125', 'nan')}`, 'cached is the price'],
  [`[[model]]\nmodel = "a"\n${VALUES.replace('0.125', 'inf')}`, 'cached is the price'],
  [`[[model]]\nmodel = "a"\n${VALUES.replace('0.125', '1e400')}`, 'cached is the price'],
  [
    `[[model]]\nmodel = "a"\nreasoning = 1\n${VALUES}`,
    'unknown "reasoning"; there are model, valid_from, source, input,',
  ],
  [`[[model]]\nmodel = "a"\nvalid_from = "soon"\n${VALUES}`, 'valid_from is a day, such as 2026-11-01.'],
  ['[[model]]\nmodel = a', ', line 2: '],
])('a file with %j is refused with what is wrong', (text, message) => {
  const path = write(text)
  expect(() => readPrices(path, KNOWN)).toThrow(UsageError)
  expect(() => readPrices(path, KNOWN)).toThrow(message)
})

it.each(['/dev/zero', '/'])('%s, which is no file, is refused before it is read', path => {
  expect(() => readPrices(path, KNOWN)).toThrow(
    new UsageError(`cannot read ${path}: it is no file; name a file with the prices in TOML.`),
  )
})

it('a file of 1 MiB is read, and a larger one is refused', () => {
  const text = `[[model]]\nmodel = "own"\n${VALUES}#`.padEnd(1024 * 1024, 'x')
  expect(readPrices(write(text), KNOWN).models.map(({ model }) => model)).toEqual(['own', 'a', 'a', 'b'])
  expect(() => readPrices(write(`${text}x`), KNOWN)).toThrow('it has more than 1 MiB; name a file that has the prices')
})

it.skipIf(process.platform === 'win32')('a pipe is read to its end', () => {
  const path = join(testFolder(), 'pipe')
  execFileSync('mkfifo', [path])
  const text = `[[model]]\nmodel = "own"\n${VALUES}`
  spawn('sh', ['-c', 'printf %s "$1" > "$2"', 'sh', text, path])
  expect(readPrices(path, KNOWN).models[0]).toMatchObject({ model: 'own', output: 10 })
})

it('a file that is not there is named', () => {
  const path = join(testFolder(), 'none.toml')
  expect(() => readPrices(path, KNOWN)).toThrow(`cannot read ${path}: no such file or directory.`)
})
