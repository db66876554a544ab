import { MalformedRequest } from '../codec/malformed-request.ts'
import type { RecordLimits } from '../codec/record-limits.ts'
import type { Answer } from '../misbehave/behaviour.ts'
import type { RequestHead } from '../misbehave/request-head.ts'
import { type Batch, makeBatch, type Outcome } from './batch.ts'
import type { RequestHandler } from './exchange.ts'
import type { Load } from './load.ts'
import { busy, type Refusal, RefusedRequest, type RefusingAnswer } from './refusal.ts'
import { httpStatusOf } from './status-codes.ts'

/** Who may come in. */
export interface Doors {
  origins: ReadonlySet<string>
  /** `undefined` does not look. */
  hosts: ReadonlySet<string> | undefined
  authorize: ((head: RequestHead) => boolean) | undefined
}

interface Sink {
  load: Load
  doors: Doors
  recordLimits: RecordLimits
  onBatch: (batch: Batch) => Outcome | Promise<Outcome>
  report: (refusal: Omit<Refusal, 'timeMs'>) => void
}

/** Lets a request in, or not, and hands its message to `onBatch`. */
export function handToSink(head: RequestHead, { load, doors, recordLimits, onBatch, report }: Sink): RequestHandler {
  let held = 0
  let received = 0
  let refused: { answer: RefusingAnswer; error: unknown } | undefined
  const tooMany = load.enter()
  return {
    admit: () => turnAway(head, doors) ?? tooMany,
    hold: bytes => {
      load.hold(bytes)
      held += bytes
    },
    arrived: raw => {
      received = raw.length
      return undefined
    },
    take: async message => answerTo(await onBatch(makeBatch(head, message, recordLimits))),
    refused: (answer, error) => {
      refused = { answer, error }
    },
    ended: (_ending, status) => {
      if (!refused) return
      const { transport, signal, method } = head
      const { answer, error } = refused
      const own = error instanceof RefusedRequest || error instanceof MalformedRequest ? undefined : error
      const reason = own instanceof Error ? `${answer.message}: ${own.message}` : answer.message
      const path = head.path.slice(0, MAX_TEXT)
      const userAgent = (head.headers['user-agent'] ?? '').slice(0, MAX_TEXT)
      refused = undefined
      report({
        transport,
        signal,
        method,
        path,
        userAgent,
        bytes: received || held,
        status,
        reason,
        advice: answer.advice,
      })
    },
    finished: () => load.leave(held),
  }
}

const MAX_TEXT = 200

function turnAway(head: RequestHead, { origins, hosts, authorize }: Doors): RefusingAnswer | undefined {
  const { origin } = head.headers
  if (origin !== undefined && !origins.has(origin)) {
    return {
      status: 403,
      message: `a web page of ${printable(origin)} sent it`,
      advice: 'allow the origin of the page, if it is yours',
    }
  }
  if (origin === undefined && head.headers['sec-fetch-site'] === 'cross-site') {
    return {
      status: 403,
      message: 'a web page of another site sent it',
      advice: 'let a program send it, or a page of an origin that is allowed',
    }
  }
  if (hosts && !hosts.has(nameOf(head.host))) {
    return {
      status: 421,
      message: `it is addressed to ${printable(head.host) || 'no host'}, which is not a name of this server`,
      advice: `address it to ${[...hosts][0]}, or allow that name`,
    }
  }
  if (authorize && !authorize(head)) {
    return { status: 401, message: 'its key is missing or wrong', advice: 'send the key of this server in the headers' }
  }
  return undefined
}

/** A host without its port, and an IPv6 address without its brackets. */
function nameOf(host: string): string {
  return host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
}

function printable(text: string): string {
  return text.slice(0, MAX_TEXT).replace(/[^\x20-\x7e]/g, '?')
}

/** @throws RefusedRequest for a batch that was not taken */
function answerTo(outcome: Outcome): Answer {
  if (outcome === undefined) return {}
  switch (outcome.outcome) {
    case 'stored':
      if (!outcome.rejected && outcome.message === undefined) return {}
      return { partialSuccess: { rejected: outcome.rejected ?? 0, message: outcome.message ?? '' } }
    case 'busy':
      throw new RefusedRequest(
        busy(outcome.message ?? 'the server has more than it can store', outcome.retryAfterSeconds),
      )
    case 'refused':
      throw new RefusedRequest({
        status: outcome.status ?? httpStatusOf(3),
        message: outcome.message,
        advice: outcome.advice,
      })
  }
}
