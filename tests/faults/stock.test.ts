import { describe, it } from 'vitest'
import { record } from './delivery-row.ts'
import { FAULT_RUNS, faultNames, healScene, openCase, WORK_MS } from './fault-cases.ts'
import { asRow, meetFault } from './meet-fault.ts'
import { leave, WAYS_OUT_RUNS, wayOutNames } from './ways-out-cases.ts'

const overHttp = WAYS_OUT_RUNS.filter(({ transport }) => transport === 'http')
const works = overHttp.filter(({ collectorIs }) => collectorIs === 'healthy')
const waits = overHttp.filter(({ collectorIs }) => collectorIs !== 'healthy')

describe('the stock SDK', () => {
  it.for(works)('$ending, the collector is $collectorIs', async (run, context) => {
    record(context, asRow(await leave('stock', run), wayOutNames(run, 'OpenTelemetry SDK')))
  })
})

/** Side by side: these wait for a minute, most of the time for nothing. */
describe.concurrent('the stock SDK, waiting', () => {
  it.for(waits)('$ending, the collector is $collectorIs', async (run, context) => {
    record(context, asRow(await leave('stock', run), wayOutNames(run, 'OpenTelemetry SDK')))
  })

  it.for(FAULT_RUNS.filter(({ transport }) => transport === 'http'))('$name', async ({ fault }, context) => {
    await using scene = await openCase(fault, 'http')
    const outcome = await meetFault(scene, {
      telemetry: 'stock',
      agent: {
        workMs: fault.workMs ?? WORK_MS,
        ...(fault.spoil === undefined ? {} : { exporter: fault.spoil(scene) }),
      },
      heal: () => healScene(scene),
    })
    record(context, asRow(outcome, faultNames(fault, 'OpenTelemetry SDK', 'http')))
    context.expect(outcome.run.code).toBe(0)
  })
})
