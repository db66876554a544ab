import type {
  ApiRequest,
  ObservedRequest,
  ObservedResponse,
  ObservedTool,
  ObservedTurn,
  ToolOutcome,
} from '@codex/otel-api'
import type { SessionMetrics } from '../metrics/session-metrics.ts'
import { swallowRejection } from '../swallow-rejection.ts'
import { attempt, messageOf } from './attempt.ts'
import type { Emitter } from './emitter.ts'

/** Emits `codex.api_request` for one attempt. */
export async function observeRequest<Response extends ObservedResponse>(
  session: Emitter,
  request: ObservedRequest,
  send: () => Promise<Response>,
): Promise<Response> {
  const { spans } = session
  const chat = spans && attempt(() => spans.beginAttempt(request))
  const started = performance.now()
  const report = (answer: () => Partial<ApiRequest>): void => {
    const durationMs = performance.now() - started
    const span = spans?.at(chat?.span)
    attempt(() => session.emit('codex.api_request', { ...describeRequest(request), durationMs, ...answer() }, span))
  }
  let response: Response
  try {
    response = await send()
  } catch (error) {
    report(() => ({ errorMessage: 'error sending request' }))
    if (chat !== undefined) spans?.failAttempt(chat, error)
    throw error
  }
  report(() => answerOf(response))
  if (chat !== undefined) attempt(() => spans?.endAttempt(chat, response.status, response))
  return response
}

const describeRequest = (request: ObservedRequest): Omit<ApiRequest, 'durationMs'> => ({
  attempt: request.attempt,
  endpoint: request.endpoint,
  authHeaderAttached: request.authHeaderName !== undefined,
  authHeaderName: request.authHeaderName,
  retryAfterUnauthorized: request.retryAfterUnauthorized ?? false,
  recoveryMode: request.recoveryMode,
  recoveryPhase: request.recoveryPhase,
})

/** What is recorded of an answer: the ids that support asks for when a request was refused, and little else. */
function answerOf(response: ObservedResponse): Partial<ApiRequest> {
  const { status } = response
  const header = (name: string): string | undefined => {
    const value: unknown = response.headers.get(name) ?? undefined
    swallowRejection(value)
    return value as string | undefined
  }
  const refused = status === 400 || status === 401
  return {
    statusCode: status,
    errorMessage: status < 200 || status >= 300 ? `http ${status}` : undefined,
    requestId: refused ? (header('x-request-id') ?? header('x-oai-request-id')) : undefined,
    authCfRay: refused ? header('cf-ray') : undefined,
    cfRay: header('cf-ray'),
    authError: refused ? header('x-openai-authorization-error') : undefined,
  }
}

/** Emits `codex.tool_result` for one call. */
export async function observeTool<Result extends ToolOutcome | string>(
  session: Emitter,
  tool: ObservedTool,
  run: () => Promise<Result>,
): Promise<Result> {
  const { spans } = session
  // The span and the event tell the time by the same readings of the clock.
  const started = performance.now()
  const span = spans && attempt(() => spans.openTool(tool, started))
  const report = (outcome: () => ToolOutcome, thrown?: { error: unknown }): void => {
    const endedAt = performance.now()
    const durationMs = endedAt - started
    const ended = attempt(() => readOutcome(outcome()))
    if (ended !== undefined) {
      attempt(() => {
        const { output, success } = ended
        session.emit('codex.tool_result', { ...tool, durationMs, success, output }, spans?.at(span))
      })
    }
    attempt(() => spans?.endTool(span, ended ?? { output: '' }, thrown, endedAt))
  }
  let result: Result
  try {
    result = await run()
  } catch (error) {
    report(() => ({ success: false, output: messageOf(error) }), { error })
    throw error
  }
  report(() => (typeof result === 'object' && result !== null ? result : { output: String(result ?? '') }))
  return result
}

/** Reads each field once, for the event and the span. */
const readOutcome = ({ output, success = true, exitCode, errorType }: ToolOutcome) => ({
  output: output ?? '',
  success,
  exitCode,
  errorType,
})

/** Emits `codex.user_prompt`, and has the turn's metrics recorded when it ends. */
export async function observeTurn<Result>(
  session: Emitter,
  turn: ObservedTurn,
  run: () => Promise<Result>,
  metrics: Pick<SessionMetrics, 'startTurn'>,
): Promise<Result> {
  const { spans } = session
  const started = performance.now()
  const span = spans && attempt(() => spans.conversation.openTurn(true, started))
  session.emit('codex.user_prompt', turn, spans?.at(span?.span))
  const end = metrics.startTurn(started)
  let thrown: { error: unknown } | undefined
  try {
    return await run()
  } catch (error) {
    thrown = { error }
    throw error
  } finally {
    const endedAt = performance.now()
    end(endedAt)
    spans?.endTurn(span, thrown, endedAt)
  }
}
