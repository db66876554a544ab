import type { StartOptions, StartResult } from '../children/start.ts'
import { runChild } from '../harness/child-process.ts'
import { megabytes, milliseconds } from '../harness/format.ts'
import type { Part } from '../harness/part.ts'
import { atMost } from '../harness/requirement.ts'
import { median } from '../harness/statistics.ts'

const VARIANTS = [
  { label: 'OpenTelemetry SDK and one exporter, unbundled', contender: 'stock-default', how: 'unbundled' },
  { label: 'OpenTelemetry SDK and one exporter, bundled', contender: 'stock-default', how: 'bundled' },
  { label: 'OpenTelemetry NodeSDK, unbundled', contender: 'node-sdk', how: 'unbundled' },
  { label: 'OpenTelemetry NodeSDK, bundled', contender: 'node-sdk', how: 'bundled' },
  { label: 'pino with a worker transport, unbundled', contender: 'pino', how: 'unbundled' },
  { label: 'codex-otel, unbundled', contender: 'codex', how: 'unbundled' },
  { label: 'codex-otel, bundled', contender: 'codex', how: 'bundled' },
] as const

const LIMIT_MS = 10

/** How long enabling telemetry holds the thread that does it. */
export const start: Part = {
  name: 'start',
  async run(bench) {
    const rounds: StartResult[][] = VARIANTS.map(() => [])
    const count = bench.quick ? 3 : 9
    for (let round = 0; round < count; round++) {
      bench.progress(`round ${round + 1} of ${count}`)
      for (const [index, { contender, how }] of VARIANTS.entries()) {
        const result = await runChild<StartResult>(bench.bundles('children/start'), {
          module: bench.bundles(`contenders/${contender}`, how),
          endpoint: bench.receiver.endpoint,
          codexHome: await bench.temporaryDirectory(),
        } satisfies StartOptions)
        rounds[index]?.push(result)
      }
    }
    const of = (index: number, value: (result: StartResult) => number): number =>
      median((rounds[index] ?? []).map(value))
    const enabling = of(VARIANTS.length - 1, ({ createMs, nextTurnMs }) => createMs + nextTurnMs)
    const withImport = of(VARIANTS.length - 1, ({ importMs, createMs, nextTurnMs }) => importMs + createMs + nextTurnMs)
    return {
      title: 'Starting',
      text:
        "From the import until the first event can be recorded, on the application's thread. Bundled means into one file by esbuild, " +
        'as the demo is. Files, terminals, child processes and HTTP of Node are loaded before, because an agent has them anyway. The turns after show when the worker is started. The memory is the growth of the process until then.',
      tables: [
        {
          columns: ['variant', 'import', 'making it', 'together', 'longest turn after', 'memory'],
          rows: VARIANTS.map(({ label }, index) => [
            label,
            milliseconds(of(index, result => result.importMs)),
            milliseconds(of(index, result => result.createMs)),
            milliseconds(of(index, result => result.importMs + result.createMs)),
            milliseconds(of(index, result => result.nextTurnMs)),
            megabytes(of(index, result => result.rssBytes)),
          ]),
        },
      ],
      requirements: [
        atMost({
          what: 'start: enabling telemetry, the start of its worker included, holds the main thread',
          limit: LIMIT_MS,
          measured: enabling,
          format: milliseconds,
          otherwise: 'the first turn of an agent with telemetry starts later than promised, once a process.',
        }),
        atMost({
          what: 'start: the same and loading the library, which a build with telemetry does even while it is off',
          limit: LIMIT_MS,
          measured: withImport,
          format: milliseconds,
          otherwise:
            'loading the library comes on top of that, once a process, though telemetry is off; a build without the feature loads none of it.',
        }),
      ],
    }
  },
}
