import { basename } from 'node:path'
import type { ConfigProblem, Diagnosis, SignalDiagnosis } from '../telemetry.ts'
import { hanging, heading, paint, printedLines } from './report-lines.ts'
import { spoolReport } from './spool-report.ts'
import { TO_SEE_IT } from './telemetry-status.ts'

const STATES = {
  delivered: { label: 'ok', colour: 'green' },
  failed: { label: 'failed', colour: 'red' },
  blocked: { label: 'blocked', colour: 'red' },
  off: { label: 'off', colour: 'dim' },
} as const satisfies Record<SignalDiagnosis['state'], { label: string; colour: string }>

/** The column in which the text of a signal begins. */
const INDENT = ' '.repeat(20)

/** The report of `otel doctor` below the configuration: the results of the probes, the records on disk, and the verdict. */
export function doctorReport(diagnosis: Diagnosis): string {
  const { config, signals, spool, probeId } = diagnosis
  const lines = ['', heading('Delivery')]
  for (const signal of signals) {
    lines.push(...describeSignal(withoutRepetition(signal, config.problems)))
    if (signal.state === 'delivered' && probeId !== undefined) {
      const words = ['look', 'there', 'for', 'codex_otel.doctor', 'with', `doctor.id = ${probeId}`]
      lines.push(...hanging(INDENT, INDENT.length, words, 'dim'))
    }
  }
  lines.push('', heading('On disk'), ...spoolReport(spool), '', ...verdict(diagnosis))
  return printedLines(lines)
}

/** A signal that a problem of the configuration blocks: what the report has said of it above is not said once more. */
function withoutRepetition(signal: SignalDiagnosis, problems: readonly ConfigProblem[]): SignalDiagnosis {
  const problem = problems.find(({ message }) => signal.state === 'blocked' && message === signal.message)
  if (problem === undefined) return signal
  const { file, line, key, allowed } = problem
  const place = line === undefined ? file : `${basename(file)}:${line}`
  const advice = signal.advice?.includes(allowed) ? undefined : signal.advice
  return { ...signal, message: `not exported: see the problem of ${key} above (${place})`, advice }
}

function describeSignal({ signal, state, message, advice, warnings }: SignalDiagnosis): string[] {
  const { label, colour } = STATES[state]
  const start = `  ${paint(colour, label.padEnd(7))}  ${paint('bold', signal.padEnd(9))}`
  const lines = hanging(start, INDENT.length, message)
  for (const warning of warnings ?? []) lines.push(...hanging(INDENT, INDENT.length, warning, 'yellow'))
  if (advice !== undefined) lines.push(...hanging(`${INDENT}-> `, INDENT.length + 3, advice, 'cyan'))
  return lines
}

function verdict({ ok, config, signals, spool }: Diagnosis): string[] {
  const stranded = spool.destinations.some(
    ({ configured, records, ownedRecords }) => !configured && records > ownedRecords,
  )
  const rest = stranded ? ' What waits on disk for a destination of before goes nowhere by itself: see above.' : ''
  return verdictOnSignals({ ok, config, signals }, rest)
}

function verdictOnSignals(
  { ok, config, signals }: Pick<Diagnosis, 'ok' | 'config' | 'signals'>,
  rest: string,
): string[] {
  if (signals.every(({ state }) => state === 'off')) {
    return [
      ...hanging('', 0, 'Nothing is exported, as nothing asks for it. To see what there is, printed or in a page:'),
      ...['', ...TO_SEE_IT.map(command => `  ${command}`), ''],
      ...hanging(
        '',
        0,
        `To export with every run, name an exporter in [otel] of ${config.file}, such as exporter = "console"; otel view names the lines for its page.${rest}`,
      ),
    ]
  }
  if (ok) return hanging('', 0, `Everything that is configured is delivered.${rest}`, rest === '' ? 'green' : 'yellow')
  const names = signals.filter(({ state }) => state === 'failed' || state === 'blocked').map(({ signal }) => signal)
  return hanging('', 0, `Not delivered: ${names.join(', ')}.${rest}`, 'red')
}
