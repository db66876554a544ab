import type { Answer, Behaviour } from '../misbehave/behaviour.ts'
import type { Misbehaviours } from '../misbehave/misbehaviours.ts'
import type { Exchange, RequestHandler } from './exchange.ts'
import type { Received } from './received.ts'
import { withAdvice } from './refusal.ts'
import { grpcStatusOf } from './status-codes.ts'

/** Keeps a request and its records in memory, and treats the client as the test says. */
export function keepInMemory(exchange: Exchange, received: Received, misbehaviours: Misbehaviours): RequestHandler {
  const request = received.begin(exchange.head, exchange.clientCertificate)
  received.changed()
  let behaviour: Behaviour | undefined
  return {
    // Asked for once, in the course of serving: what a function of the test throws belongs to that request.
    get behaviour() {
      behaviour = misbehaviours.forRequest(exchange.head)
      return behaviour
    },
    arrived: raw => {
      received.keepBody(request, raw)
      return received.full
        ? { status: 507, grpcStatus: 8, message: 'the receiver has no room left: call reset()' }
        : undefined
    },
    take: message => {
      // On gRPC it is known only now whether this message is compressed.
      request.contentEncoding = exchange.head.contentEncoding
      received.take(request, message, isStored(behaviour))
      return {}
    },
    refused: (refusal, error) => {
      request.error = error instanceof Error ? error.message : withAdvice(refusal)
    },
    taken: () => received.changed(),
    ended: (ending, status, error) => {
      request.outcome = ending
      if (status !== undefined) request.status = status
      if (error !== undefined) request.error = String(error)
    },
    finished: () => received.changed(),
  }
}

function isStored({ store, answer }: Behaviour = {}): boolean {
  return store ?? (answer === undefined || (typeof answer === 'object' && isSuccess(answer)))
}

function isSuccess({ status, grpcStatus, bareHttp, body }: Answer): boolean {
  const code = grpcStatus ?? (status === undefined ? 0 : grpcStatusOf(status))
  return code === 0 && !bareHttp && body === undefined
}
