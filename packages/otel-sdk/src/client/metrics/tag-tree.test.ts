import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { createMetricRegistry } from './metric-registry.ts'
import type { Series } from './series.ts'
import { TagTree, ValueTree } from './tag-tree.ts'

const SERIES: Series = {
  id: 0,
  name: 'calls',
  kind: 'counter',
  tags: [],
  total: 0,
  knownTo: -1,
  batch: -1,
  slot: 0,
}

it.each([
  ['a text of 256 characters', 'x'.repeat(256), SERIES],
  ['half a surrogate pair', '\ud83d', SERIES],
  ['a number', 1, SERIES],
  ['nothing', null, SERIES],
  ['a text of 257 characters', 'x'.repeat(257), undefined],
  ['an object', {}, undefined],
  ['a function', () => 1, undefined],
])('a tree that takes a path with %s keeps only what is small', (_, value, found) => {
  const tags = new TagTree()
  tags.insert('calls', { a: 'b', model: value }, SERIES)
  expect(tags.find('calls', { a: 'b', model: value })).toBe(found)
  const values = new ValueTree<object, Series>()
  const keys = ['a', 'model']
  values.insert(keys, ['b', value], SERIES)
  expect(values.find(keys, ['b', value])).toBe(found)
})

it('the registry keeps no text of which a tag is a part, and no value that is longer than a tag', () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const registry = createMetricRegistry({ sink: { add: () => {} }, onInvalid: () => {}, onOverflow: () => {} })
  const scope = registry.scope({})
  const pair = { counter: 'pairs', keys: ['model'] }
  const longText = (i: number): string => Buffer.alloc(400_000, `${i} of many `).toString('latin1')
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 50; i++) {
    scope.recordPair(pair, [longText(i)], undefined)
    scope.recordOwn('counter', 'own', 1, { model: longText(i) })
    scope.recordOwn('counter', 'parts', 1, { model: longText(i).slice(0, 20) })
    scope.record('counter', 'given', 1, { model: longText(i).replaceAll(' ', '_').slice(0, 20) })
    registry.scope({ model: longText(i) }).record('counter', 'scoped', 1)
  }
  collectGarbage()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000)
})
