import { ALL_TIME, EVERYTHING } from '../../apps/viewer/src/queries/dialect.ts'
import { Store } from '../../apps/viewer/src/store/store.ts'

// Answers one question about a store in a process of its own: the first time, and the median of five more.
const [path = '', name = ''] = process.argv.slice(2)
await using store = await Store.openToRead(path)
const longest = (db: Store): Promise<string> =>
  db
    .query('sessions', { ...ALL_TIME, limit: 1_000 })
    .then(all => all.sort((a, b) => b.events - a.events)[0]?.conversation_id ?? '')
const session = name.startsWith('timeline') ? await longest(store) : ''
const ask: Record<string, () => Promise<readonly unknown[]>> = {
  sessions: () => store.query('sessions', { ...ALL_TIME, limit: 200 }),
  'timeline, 500 rows without the stream': () =>
    store.query('timeline', { session, stream: 0, after: 0, limit: 500, offset: 0 }),
  'timeline, all rows': () => store.query('timeline', { session, stream: 1, after: 0, limit: 100_000, offset: 0 }),
  tokens: () => store.query('tokens', EVERYTHING),
  cache: () => store.query('cache', EVERYTHING),
  latency: () => store.query('latency', EVERYTHING),
  firstToken: () => store.query('firstToken', EVERYTHING),
  tools: () => store.query('tools', EVERYTHING),
  approvals: () => store.query('approvals', EVERYTHING),
  errors: () => store.query('errors', { ...EVERYTHING, limit: 100 }),
  search: () => store.query('search', { words: 'worker seal', limit: 50 }),
}
const times: number[] = []
let rows = 0
for (let round = 0; round < 6; round++) {
  const started = performance.now()
  rows = (await ask[name]?.())?.length ?? 0
  times.push(performance.now() - started)
}
const [first = 0, ...later] = times
process.stdout.write(
  JSON.stringify({
    rows,
    first,
    later: later.sort((a, b) => a - b)[2] ?? 0,
    rss: process.resourceUsage().maxRSS * 1024,
  }),
)
