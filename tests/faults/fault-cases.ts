import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTestCertificates } from '@codex/otlp-receiver/certificates'
import type { Transport } from '../agent/collector.ts'
import type { Exporter } from '../agent/options.ts'
import type { DeliveryRow } from './delivery-row.ts'
import { MAX_TWICE, WIRE_NAMES } from './meet-fault.ts'
import { openScene, type Scene } from './scene.ts'
import { ANSWERS, NETWORK } from './sections.ts'

/** A fault of the network or of the collector, and what becomes of the events. */
export interface FaultCase {
  section: string
  name: string
  /** Where it is the same over both, one is enough. Default: both. */
  over?: readonly Transport[]
  /** How long the stock SDK is given between the last event and the end, in milliseconds: as long as ours at most needs. Default: 300. */
  workMs?: number
  /** The fault is there when it returns. */
  prepare(scene: Scene): void | Promise<void>
  open?(transport: Transport): Promise<Scene>
  /** What the first run exports to. Default: the way to the collector. */
  spoil?(scene: Scene): Exporter
  /** What the next run exports to, where the fault is in the configuration. */
  mend?(scene: Scene): Promise<Exporter>
  /**
   * `in-time`: all arrive before the process ends. `later`: none does, and all do with the next run. `either`: stored,
   * but the sender cannot know. `refused`: dropped and counted. `kept`: on disk, and there is no next run.
   */
  expect: 'in-time' | 'later' | 'either' | 'refused' | 'kept'
  /** At most so many arrive more than once. Default: none. */
  twice?: number
  /** The diagnostics that the user sees; the user sees no other. */
  says: readonly string[]
}

const certificates = createTestCertificates()

const FAULT_CASES: readonly FaultCase[] = [
  {
    section: NETWORK,
    name: 'refused',
    prepare: ({ proxy }) => proxy.refuse(),
    expect: 'later',
    says: ['export-failed'],
  },
  {
    section: NETWORK,
    name: 'black hole',
    prepare: ({ proxy }) => proxy.behave({ hang: true }),
    expect: 'later',
    says: [],
  },
  {
    section: NETWORK,
    name: 'slow, 1 byte/s',
    prepare: ({ proxy }) => proxy.behave({ upBytesPerSecond: 1 }),
    expect: 'later',
    says: [],
  },
  {
    section: NETWORK,
    name: 'far away, 100 ms each way',
    workMs: 1500,
    prepare: ({ proxy }) => proxy.behave({ latencyMs: 100 }),
    expect: 'in-time',
    says: [],
  },
  {
    section: NETWORK,
    name: 'reset in mid-request, twice',
    workMs: 4000,
    prepare: ({ proxy }) => proxy.behave({ resetUpAfter: 2000, times: 2 }),
    expect: 'in-time',
    says: ['export-failed'],
  },
  {
    section: NETWORK,
    name: 'reset in mid-answer, twice',
    workMs: 4000,
    // Over gRPC the first bytes are the connection's own, not yet an answer.
    prepare: ({ proxy, transport }) => proxy.behave({ resetDownAfter: transport === 'http' ? 20 : 120, times: 2 }),
    expect: 'in-time',
    twice: MAX_TWICE,
    says: ['export-failed'],
  },
  {
    section: NETWORK,
    name: 'answer lost, once',
    workMs: 2500,
    prepare: ({ receiver }) => void receiver.misbehave({ store: true, answer: 'reset' }, { times: 1 }),
    expect: 'in-time',
    twice: MAX_TWICE,
    says: ['export-failed'],
  },
  {
    section: NETWORK,
    name: 'answers vanish',
    over: ['http'],
    prepare: ({ receiver }) => void receiver.misbehave({ store: true, answer: 'hang' }),
    expect: 'either',
    twice: MAX_TWICE,
    says: [],
  },
  {
    section: NETWORK,
    name: 'certificate of an unknown authority',
    open: async transport => openScene(transport, { tls: (await certificates).server }),
    prepare: () => {},
    mend: async scene => {
      const ca = join(scene.codexHome, 'ca.pem')
      await writeFile(ca, (await certificates).ca)
      return scene.exporter({ tls: { 'ca-certificate': ca } })
    },
    expect: 'later',
    says: ['export-failed'],
  },
  {
    section: NETWORK,
    name: 'name not found',
    prepare: () => {},
    spoil: ({ transport }) =>
      transport === 'http'
        ? { 'otlp-http': { endpoint: 'http://collector.invalid:4318/v1/logs', protocol: 'binary' } }
        : { 'otlp-grpc': { endpoint: 'http://collector.invalid:4317' } },
    expect: 'kept',
    says: ['export-failed'],
  },
  {
    section: ANSWERS,
    name: '503 for a second',
    workMs: 4500,
    prepare: ({ receiver }) => failFor(receiver, 1000),
    expect: 'in-time',
    says: ['export-failed'],
  },
  {
    section: ANSWERS,
    name: '503 until the end',
    prepare: ({ receiver }) => void receiver.misbehave({ answer: { status: 503 } }),
    expect: 'later',
    says: ['export-failed'],
  },
  {
    section: ANSWERS,
    name: '429 with `Retry-After: 1`, once',
    workMs: 2500,
    prepare: ({ receiver }) => void receiver.misbehave({ answer: { status: 429, retryAfter: 1 } }, { times: 1 }),
    expect: 'in-time',
    says: ['export-failed'],
  },
  {
    section: ANSWERS,
    name: '400',
    workMs: 1500,
    prepare: ({ receiver }) => void receiver.misbehave({ answer: { status: 400, message: 'no such tenant' } }),
    expect: 'refused',
    says: ['export-rejected'],
  },
  {
    section: ANSWERS,
    name: '413 above 64 KiB',
    over: ['http'],
    workMs: 1500,
    prepare: ({ receiver }) =>
      void receiver.misbehave(({ headers }) =>
        Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) > 65_536
          ? { answer: { status: 413 } }
          : undefined,
      ),
    expect: 'in-time',
    says: [],
  },
  {
    section: ANSWERS,
    name: 'garbage with status 200',
    workMs: 1500,
    prepare: ({ receiver }) =>
      void receiver.misbehave({
        store: false,
        answer: { body: '<html>Welcome!</html>', headers: { 'content-type': 'text/html' } },
      }),
    expect: 'refused',
    says: ['export-rejected'],
  },
]

/** Each case, over each transport that it is for. */
export const FAULT_RUNS = FAULT_CASES.flatMap(fault =>
  (fault.over ?? (['http', 'grpc'] as const)).map(transport => ({ fault, transport, name: fault.name })),
)

/** Where nothing needs more. */
export const WORK_MS = 300

/** What the results page calls it. */
export const faultNames = (
  { section, name }: FaultCase,
  by: DeliveryRow['by'],
  transport: Transport,
): Pick<DeliveryRow, 'section' | 'case' | 'by' | 'over'> => ({ section, case: name, by, over: WIRE_NAMES[transport] })

/** From the first request on. */
function failFor(receiver: Scene['receiver'], ms: number): void {
  let since: number | undefined
  receiver.misbehave(() => {
    since ??= performance.now()
    return performance.now() - since < ms ? { answer: { status: 503 } } : undefined
  })
}

/** Opens the scene of a case, with its fault. */
export async function openCase({ open = openScene, prepare }: FaultCase, transport: Transport): Promise<Scene> {
  const scene = await open(transport)
  await prepare(scene)
  return scene
}

/** Ends the fault: from now on all goes well. */
export async function healScene({ receiver, proxy }: Scene): Promise<void> {
  receiver.behave()
  proxy.behave()
  await proxy.refuse()
  await proxy.listen()
}
