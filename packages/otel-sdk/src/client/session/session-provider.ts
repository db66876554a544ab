import type { MetricRecorder, SessionOptions, Telemetry, UserIdentity } from '@codex/otel-api'
import { isForeign } from '../../catalogue/service-name.ts'
import { createRecorder } from '../metrics/recorder.ts'
import { openConversationSpans } from '../spans/conversation-spans.ts'
import { createConversation } from './conversation.ts'
import { readSessionOptions } from './read-session-options.ts'
import { createSession, type SessionContext } from './session.ts'

/** What an application records with, wherever its records go. */
export type SessionProvider = MetricRecorder & Pick<Telemetry, 'session'>

export interface SessionProviderOptions extends SessionContext {
  /** Called once, with the identity of the first session that has one. Left out where the identity is known already. */
  onIdentity?: ((identity: UserIdentity) => void) | undefined
  /** Called once at most, with the originator of the first session where it is none of Codex's programs. */
  onForeignOriginator?: ((originator: string) => void) | undefined
  /** What agents are called that the application does not name. Default: by their originator. */
  agentName?: string | undefined
}

export function createSessionProvider({
  onIdentity,
  onForeignOriginator,
  agentName,
  ...context
}: SessionProviderOptions): SessionProvider {
  const scope = context.metrics?.registry.scope({})
  let tellIdentity = onIdentity
  let opened = false

  /** What the first sessions show of the process. */
  function learn({ auth, originator }: SessionOptions): void {
    if (auth?.userId !== undefined || auth?.apiKey !== undefined) {
      tellIdentity?.({ userId: auth.userId, apiKey: auth.apiKey })
      tellIdentity = undefined
    }
    if (opened) return
    opened = true
    if (isForeign(originator)) onForeignOriginator?.(originator)
    scope?.recordOwn('counter', 'codex.process.start', 1, { originator })
  }

  return {
    ...createRecorder(scope),
    session(given) {
      const options = readSessionOptions(given, context.onInvalidAttribute)
      learn(options)
      context.metrics?.registry.refuseValues([options.conversationId, options.auth?.userId, options.auth?.accountId])
      const { tracer } = context
      const spans = tracer && openConversationSpans(tracer, options, agentName)
      return createSession(context, options, createConversation(undefined, spans))
    },
  }
}
