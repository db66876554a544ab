import { isDeepStrictEqual } from 'node:util'
import type { BurstOptions } from '../children/burst.ts'
import type { ContenderName } from '../contenders/index.ts'
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

/** Whether the contenders do the same work: what arrives of each must be equal, attribute by attribute. */
export async function compareRecords(bench: Bench, contenders: readonly ContenderName[]): Promise<RecordComparison> {
  const differences = new Set<string>()
  let reference: ReceivedRecords | undefined
  let bytesPerRecord = 0
  for (const contender of contenders) {
    const received = await receive(bench, contender)
    bytesPerRecord = Math.round(received.bytes / Math.max(1, received.records.length))
    reference ??= received
    for (const difference of compare(reference, received)) differences.add(difference)
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
    await runChild(bench.bundles('children/burst'), {
      contender,
      endpoint: receiver.endpoint,
      codexHome: await bench.temporaryDirectory(),
      events: EVENTS,
      warmUpEvents: 0,
    } satisfies BurstOptions)
    return await receiver.records()
  } finally {
    await receiver.close()
  }
}

function* compare(reference: ReceivedRecords, received: ReceivedRecords): Generator<string> {
  if (received.records.length !== reference.records.length) yield `${received.records.length} records`
  for (const [index, { eventName, attributes }] of received.records.entries()) {
    const expected = reference.records[index]
    if (expected === undefined) return
    if (eventName !== expected.eventName) yield `event name ${eventName}`
    for (const key of new Set([...Object.keys(expected.attributes), ...Object.keys(attributes)])) {
      if (OF_THE_RUN.has(key)) continue
      if (!(key in attributes)) yield `no ${key}`
      else if (!isDeepStrictEqual(attributes[key], expected.attributes[key])) yield `another ${key}`
    }
  }
}
