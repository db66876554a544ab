import { isDeepStrictEqual } from 'node:util'
import type { BurstOptions } from '../children/burst.ts'
import { type ContenderName, LABELS } from '../contenders/index.ts'
import { runChild } from '../harness/child-process.ts'
import type { Bench, Requirement } from '../harness/part.ts'
import { type ReceivedRecords, startRemoteReceiver } from '../harness/receiver.ts'

const EVENTS = 512
/** What no two runs have in common. */
const OF_THE_RUN = new Set(['event.timestamp'])

export interface RecordComparison {
  bytesPerRecord: number
  requirement: Requirement
}

/** What a contender is known to send differently; `DESCRIPTIONS` tells of it. */
const KNOWN: Partial<Record<ContenderName, (difference: Difference) => boolean>> = {
  // What it detects of host and process, and another name of the service's instance.
  'node-sdk': ({ kind }) => kind === 'more',
  pino: ({ kind, text }) => kind === 'more' || kind === 'event name' || text.startsWith('no telemetry.sdk.'),
}

interface Difference {
  kind: 'count' | 'event name' | 'less' | 'more' | 'value'
  text: string
}

/** Whether the contenders do the same work: what arrives of each must be equal, attribute by attribute. */
export async function compareRecords(bench: Bench, contenders: readonly ContenderName[]): Promise<RecordComparison> {
  const differences = new Set<string>()
  let reference: ReceivedRecords | undefined
  let bytesPerRecord = 0
  for (const contender of contenders) {
    const received = await receive(bench, contender)
    if (contender === 'codex') bytesPerRecord = Math.round(received.bytes / Math.max(1, received.records.length))
    reference ??= received
    for (const difference of compare(reference, received)) {
      if (KNOWN[contender]?.(difference) !== true) differences.add(`${LABELS[contender]}: ${difference.text}`)
    }
  }
  const found = [...differences]
  return {
    bytesPerRecord,
    requirement: {
      what: 'burst: all contenders send equal records',
      required: 'no difference',
      measured: found.length === 0 ? 'no difference' : found.slice(0, 5).join('; '),
      holds: found.length === 0,
      otherwise: 'the contenders do different work, so the other figures of the burst do not compare them.',
    },
  }
}

async function receive(bench: Bench, contender: ContenderName): Promise<ReceivedRecords> {
  const receiver = await startRemoteReceiver({ retain: 'records' })
  try {
    const options: BurstOptions = {
      module: bench.bundles(`contenders/${contender}`),
      endpoint: receiver.endpoint,
      codexHome: await bench.temporaryDirectory(),
      events: EVENTS,
      warmUpEvents: 0,
    }
    await runChild(bench.bundles('children/burst'), options, {
      arrived: async () => (await receiver.counts()).records,
    })
    return await receiver.records()
  } finally {
    await receiver.close()
  }
}

function* compare(reference: ReceivedRecords, received: ReceivedRecords): Generator<Difference> {
  if (received.records.length !== reference.records.length) {
    yield { kind: 'count', text: `${received.records.length} records` }
  }
  for (const [index, { eventName, attributes }] of received.records.entries()) {
    const expected = reference.records[index]
    if (expected === undefined) return
    if (eventName !== expected.eventName) yield { kind: 'event name', text: `event name ${eventName}` }
    for (const key of new Set([...Object.keys(expected.attributes), ...Object.keys(attributes)])) {
      if (OF_THE_RUN.has(key)) continue
      if (!(key in attributes)) yield { kind: 'less', text: `no ${key}` }
      else if (!(key in expected.attributes)) yield { kind: 'more', text: `also ${key}` }
      else if (!isDeepStrictEqual(attributes[key], expected.attributes[key])) {
        yield { kind: 'value', text: `another ${key}` }
      }
    }
  }
}
