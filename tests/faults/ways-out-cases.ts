import type { Ending } from '../agent/options.ts'
import type { DeliveryRow } from './delivery-row.ts'
import { healScene } from './fault-cases.ts'
import { type FaultOutcome, meetFault, WIRE_NAMES } from './meet-fault.ts'
import { openScene, type Scene } from './scene.ts'
import { WAYS_OUT } from './sections.ts'

const ENDINGS = ['shutdown', 'end', 'exit', 'throw', 'reject', 'SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
const DESCRIBED: Record<Ending, string> = {
  shutdown: '`await shutdown()`',
  end: 'natural end',
  exit: '`process.exit()`',
  throw: 'uncaught exception',
  reject: 'unhandled rejection',
  SIGINT: 'SIGINT',
  SIGTERM: 'SIGTERM',
  SIGHUP: 'SIGHUP',
  SIGQUIT: 'SIGQUIT',
}
const COLLECTORS = {
  healthy: () => {},
  dead: ({ proxy }: Scene) => proxy.refuse(),
  'a black hole': ({ proxy }: Scene) => proxy.behave({ hang: true }),
} as const
export type CollectorIs = keyof typeof COLLECTORS

/** As many as one turn of the event loop makes at most, several times in a row. */
export const EVENTS = { events: 5000, chunk: 500, everyMs: 5 }

/** Where gRPC takes the same way as HTTP, some ways out are enough. */
export const WAYS_OUT_RUNS = (['healthy', 'dead', 'a black hole'] as const).flatMap(collectorIs => [
  ...ENDINGS.map(ending => ({ collectorIs, ending, transport: 'http' as const })),
  ...(['shutdown', 'exit', 'SIGTERM'] as const).map(ending => ({ collectorIs, ending, transport: 'grpc' as const })),
])

/** Lets a process take that way out. */
export async function leave(telemetry: 'codex' | 'stock', run: (typeof WAYS_OUT_RUNS)[number]): Promise<FaultOutcome> {
  await using scene = await openScene(run.transport)
  await COLLECTORS[run.collectorIs](scene)
  // Awaited here: the scene ends with this function.
  return await meetFault(scene, { telemetry, agent: { ...EVENTS, ending: run.ending }, heal: () => healScene(scene) })
}

/** What the results page calls it. */
export const wayOutNames = (
  { collectorIs, ending, transport }: (typeof WAYS_OUT_RUNS)[number],
  by: DeliveryRow['by'],
): Pick<DeliveryRow, 'section' | 'case' | 'by' | 'over'> => ({
  section: WAYS_OUT,
  case: `${DESCRIBED[ending]}, collector ${collectorIs}`,
  by,
  over: WIRE_NAMES[transport],
})
