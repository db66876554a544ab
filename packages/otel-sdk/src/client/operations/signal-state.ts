import type { ConfigProblem, SignalDiagnosis } from '@codex/otel-api'
import { SIGNALS, type Signal } from '../../catalogue/signals.ts'
import { describeConfig } from '../../config/describe-config.ts'
import { formatKey } from '../../config/describe-value.ts'
import type { ResolvedConfig } from '../../config/resolve-config.ts'

/** The state of a signal as far as it is known without its receiver; `ask` means that a request has to show it. */
export type SignalState = { signal: Signal['name']; state: 'ask' } | (SignalDiagnosis & { state: 'off' | 'blocked' })

/** The state of every signal that this build has. */
export function signalStates(resolved: ResolvedConfig): SignalState[] {
  const rows = describeConfig(resolved)
  return SIGNALS.flatMap((signal): SignalState[] => {
    const { name } = signal
    if (resolved.config[name] !== undefined) return [{ signal: name, state: 'ask' }]
    const key = formatKey(['otel', signal.key])
    const row = rows.find(candidate => candidate.key === key)
    // What this build lacks is no setting; the problems say so where the file asks for it.
    if (row === undefined) return []
    const reason = blockedBy(resolved.problems, signal, row.value !== '"none"')
    if (reason === undefined) {
      return [{ signal: name, state: 'off', message: `${key} is "none" (${row.origin})` }]
    }
    return [{ signal: name, state: 'blocked', message: reason.message, advice: adviceFor(reason) }]
  })
}

/** Why a signal is not exported though the configuration asks for it. */
function blockedBy(problems: readonly ConfigProblem[], signal: Signal, asked: boolean): ConfigProblem | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const root = errors.find(({ key }) => key === 'otel')
  if (root !== undefined || !asked) return root
  return (
    errors.find(({ message }) => message.endsWith(signal.off)) ??
    errors.find(({ message }) => message.includes('; nothing is exported')) ??
    problems.find(({ key, severity }) => key === 'OTEL_SDK_DISABLED' && severity === 'notice') ??
    errors[0]
  )
}

function adviceFor({ key, allowed }: ConfigProblem): string {
  if (key === 'OTEL_SDK_DISABLED') return 'unset OTEL_SDK_DISABLED where this should be exported'
  return `correct ${key}; allowed: ${allowed}`
}
