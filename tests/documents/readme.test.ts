import { startReceiver } from '@codex/otlp-receiver'
import { describe, expect, it } from 'vitest'
import { createDemoHome, type DemoHome } from '../operators/demo-home.ts'
import { cellOf, readPage, readTable, sectionOf } from './page-tables.ts'

const README = readPage('README.md')
const BENCHMARKS = readPage('docs/benchmarks.md')
const WAYS_OUT = readTable(sectionOf(readPage('docs/delivery.md'), 'Ways out'))
const FLOW = readTable(sectionOf(BENCHMARKS, 'A steady flow'))
const BURST = readTable(sectionOf(BENCHMARKS, 'A burst'))
const RUNS = readTable(sectionOf(BENCHMARKS, 'Whole runs'))
const REQUIRED = readTable(sectionOf(BENCHMARKS, 'What is required'))

const leaving = (name: string, by: string, column: string): string =>
  cellOf(WAYS_OUT, { case: name, by, over: 'HTTP' }, column)

describe('the figures of README.md', () => {
  const EXIT = '`process.exit()`, collector healthy'
  const DEAD = '`await shutdown()`, collector dead'
  const SDK = 'OpenTelemetry SDK'

  it('are those of docs/benchmarks.md and docs/delivery.md', () => {
    const figures = readTable(README).map(row => [row['codex-otel'], row[SDK]])
    expect(figures).toEqual([
      ['codex-otel', `${SDK}, large queue`].map(contender =>
        cellOf(FLOW, { contender }, "CPU an event, caller's thread"),
      ),
      ['codex-otel', `${SDK}, default queue`].map(contender => cellOf(BURST, { contender }, 'delivered')),
      ['codex-otel', SDK].map(by => leaving(EXIT, by, 'arrived')),
      [
        `${leaving(DEAD, 'codex-otel', 'leaves in')}, ${leaving(DEAD, 'codex-otel', 'after the next run')}`,
        // The SDK keeps nothing for a next run: what has not arrived by the end of the process never does.
        `${leaving(DEAD, SDK, 'leaves in')}, ${leaving(DEAD, SDK, 'arrived')}`,
      ],
    ])
    expect(leaving(DEAD, SDK, 'after the next run')).toBe('-')
  })

  it('include what it costs, as in docs/benchmarks.md', () => {
    const [cost = ''] = /^What it costs: .*?\n\n/ms.exec(README) ?? []
    const atOnce = { 'the run': 'ends at once, `await shutdown()`' }
    expect(cost.replace(/\s+/g, ' ').match(/[\d.]+ (?:times|ms)/g)).toEqual([
      cellOf(REQUIRED, { requirement: 'flow: CPU of the whole process an event, against the same' }, 'measured'),
      cellOf(RUNS, { ...atOnce, contender: 'codex-otel' }, 'more than without'),
      cellOf(RUNS, { ...atOnce, contender: `${SDK}, default queue` }, 'more than without'),
    ])
  })

  it.each([
    'README.md',
    'packages/otel-sdk/README.md',
    'packages/otel-api/src/telemetry.ts',
    'docs/decisions/folders-follow-threads.md',
  ])(
    'include the microseconds of an event that %s gives: no measured one is above, and one is above the half',
    path => {
      const given = [...readPage(path).matchAll(/under (\d+) microseconds/gi)]
      expect(given).toHaveLength(1)
      const limit = Number(given[0]?.[1])
      const contender = { contender: 'codex-otel' }
      const measured = [
        cellOf(BURST, contender, "caller's time an event"),
        cellOf(FLOW, contender, "CPU an event, caller's thread"),
      ].map(cell => Number(/^([\d.]+) us$/.exec(cell)?.[1]))
      expect(Math.max(...measured)).toBeLessThan(limit)
      expect(Math.max(...measured)).toBeGreaterThan(limit / 2)
    },
  )

  it('link to headings that exist', () => {
    for (const { measured = '' } of readTable(README)) {
      const [, path = '', anchor = ''] = /\]\((.*?)#(.*?)\)/.exec(measured) ?? []
      const anchors = [...readPage(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
        heading.toLowerCase().replaceAll(' ', '-'),
      )
      expect(anchors).toContain(anchor)
    }
  })
})

describe('the doctor in README.md', () => {
  const printed = [...README.matchAll(/```\n\$ codex-demo otel doctor\n(.*?)```/gs)].map(([, output]) => output)

  /** From the delivery on, with the port and directory of README.md and without what differs from run to run. */
  const comparable = (output = '', home?: DemoHome, port?: string): string =>
    output
      .replace(/^.*?(?=^Delivery$)/ms, '')
      .replaceAll(home?.directory ?? '/home/me/.codex', '/home/me/.codex')
      .replaceAll(`127.0.0.1:${port ?? '4318'}`, '127.0.0.1:4318')
      .replace(/delivered in \d+ ms/g, 'delivered in N ms')
      .replace(/doctor\.id = [0-9a-f]{16}/g, 'doctor.id = ID')

  it('prints what the demo prints for a collector that listens, and for one that does not', async () => {
    const receiver = await startReceiver()
    const home = createDemoHome()
    home.configure(
      `[otel]\nexporter = { otlp-http = { endpoint = "${receiver.logsUrl}", protocol = "binary" } }\n` +
        `metrics_exporter = { otlp-http = { endpoint = "${receiver.metricsUrl}", protocol = "binary" } }\n`,
    )
    const { port } = new URL(receiver.httpUrl)
    const listening = await home.run(['otel', 'doctor'])
    await receiver.close()
    const dead = await home.run(['otel', 'doctor'])
    expect([listening.code, dead.code]).toEqual([0, 1])
    expect(printed.map(output => comparable(output))).toEqual([
      comparable(listening.stdout, home, port),
      comparable(dead.stdout, home, port),
    ])
  })
})
