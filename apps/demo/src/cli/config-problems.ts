import { basename } from 'node:path'
import type { ConfigProblem } from '../telemetry.ts'
import { note, warn } from '../terminal/messages.ts'
import { UsageError } from '../usage-error.ts'

/**
 * Prints what is wrong with the `[otel]` table, before the answer of a run: one problem as it is, of several the number, the
 * places and where to read the rest.
 */
export function summarizeProblems(problems: readonly ConfigProblem[]): void {
  const [first, ...others] = problems
  if (first === undefined) return
  if (others.length === 0) {
    printProblem(first)
    return
  }
  const mistakes = problems.filter(({ severity }) => severity !== 'notice')
  const files = [...new Set(problems.map(({ file, line }) => (line === undefined ? file : basename(file))))]
  const counted = [
    mistakes.length === 0 ? '' : count(mistakes.length, 'mistake'),
    problems.length === mistakes.length ? '' : count(problems.length - mistakes.length, 'notice'),
  ]
  const lines = [...new Set(problems.flatMap(({ line }) => line ?? []))]
  const where = lines.length === 0 ? '' : `, ${lines.length === 1 ? 'line' : 'lines'} ${listed(lines.map(String))}`
  const exporters = problems.some(({ severity }) => severity === 'error') ? '; not all telemetry is exported' : ''
  const print = mistakes.length === 0 ? note : warn
  print(
    `${counted.filter(part => part !== '').join(' and ')} in [otel] (${files.join(', ')}${where})${exporters}; codex-demo otel doctor tells what to change`,
  )
}

/** For `--strict-config`: prints each problem. @throws UsageError when there is a problem that is no notice. */
export function refuseProblems(problems: readonly ConfigProblem[]): void {
  const refused = problems.filter(({ severity }) => severity !== 'notice').length
  if (refused === 0) return
  for (const problem of problems) printProblem(problem)
  throw new UsageError(
    `--strict-config: ${refused === 1 ? 'that mistake has' : `those ${refused} mistakes have`} to go first`,
  )
}

function printProblem({ severity, message }: ConfigProblem): void {
  const print = severity === 'notice' ? note : warn
  print(message)
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

/** At most this many lines are named. */
const MAX_LINES = 6

function listed(items: readonly string[]): string {
  if (items.length > MAX_LINES) return `${items.slice(0, MAX_LINES).join(', ')} and others`
  return items.length === 1 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
