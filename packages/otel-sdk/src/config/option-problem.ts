import type { ConfigProblem } from '@codex/otel-api'
import { visibleText } from '@codex/otel-api/visible-text'
import type { ProblemDetails } from './resolution.ts'

/** A problem of an option of `createTelemetry`. `file`: the configuration file that the application names. */
export function optionProblem(option: string, file: string, details: ProblemDetails): ConfigProblem {
  const { found, allowed, consequence } = details
  const message = `${option}: found ${found}; allowed: ${allowed}; ${consequence}`
  return { severity: 'warning', file: visibleText(String(file)), key: option, found, allowed, message }
}
