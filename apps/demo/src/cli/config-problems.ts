import type { ConfigProblem } from '../telemetry.ts'
import { note, warn } from '../terminal/messages.ts'
import { UsageError } from '../usage-error.ts'

/** Prints each problem of the `[otel]` table in one line on stderr. */
export function reportProblems(problems: readonly ConfigProblem[]): void {
  for (const { severity, message } of problems) (severity === 'notice' ? note : warn)(message)
}

/** For `--strict-config`: prints the problems. @throws UsageError when there is a problem that is no notice. */
export function refuseProblems(problems: readonly ConfigProblem[]): void {
  const count = problems.filter(({ severity }) => severity !== 'notice').length
  if (count === 0) return
  reportProblems(problems)
  throw new UsageError(
    `--strict-config: ${count === 1 ? 'that mistake has' : `those ${count} mistakes have`} to go first`,
  )
}
