import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HIDDEN, HOSTILE_TEXTS } from '../../test/hostile-texts.ts'
import { configReport } from '../cli/config-report.ts'
import { doctorReport } from '../cli/doctor-report.ts'
import { flushReport } from '../cli/flush-report.ts'
import { reportLosses } from '../cli/report-losses.ts'
import { visibleJson } from '../cli/visible-json.ts'
import { createDisplay } from './display.ts'
import { note, warn } from './messages.ts'

beforeEach(() => {
  vi.stubEnv('NO_COLOR', '1')
  vi.stubEnv('FORCE_COLOR', undefined)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** Returns the text that `run` writes to stderr. */
function stderrOf(run: () => void): string {
  let text = ''
  vi.spyOn(process.stderr, 'write').mockImplementation(chunk => {
    text += chunk
    return true
  })
  run()
  return text
}

const config = (text: string) => ({
  file: text,
  rows: [{ key: 'otel.environment', value: text, origin: text }],
  problems: [{ severity: 'error', file: text, key: text, found: text, allowed: text, message: text }] as const,
})
const spool = (text: string) => ({ directory: text, enabled: true, destinations: [], error: text })
const display = () => createDisplay('final')

const PLACES: readonly (readonly [string, (text: string) => string])[] = [
  ['a note', text => stderrOf(() => note(text))],
  ['a warning', text => stderrOf(() => warn(text))],
  ['a command that runs', text => stderrOf(() => display().command(text))],
  ['a tool that is called', text => stderrOf(() => display().toolCall(text, text))],
  ['a command that was refused', text => stderrOf(() => display().commandRefused(text, text))],
  [
    'the reason for another attempt',
    text => stderrOf(() => display().onRetry({ reason: text, waitMs: 1, retry: 1, maxRetries: 2 })),
  ],
  [
    'a loss',
    text => {
      const numbers = {
        exported: 0,
        pending: 0,
        spooled: 1,
        recovered: 0,
        retried: 0,
        scrubbed: 0,
        dropped: {},
        lastError: text,
      }
      return stderrOf(() =>
        reportLosses({ logs: numbers, metrics: { ...numbers, dropped: { rejected: 1 } }, traces: numbers }),
      )
    },
  ],
  ['the configuration', text => configReport(config(text))],
  [
    'the doctor',
    text =>
      doctorReport({
        ok: false,
        config: config(text),
        signals: [{ signal: 'logs', state: 'failed', message: text, advice: text, warnings: [text] }],
        spool: spool(text),
      }),
  ],
  [
    'the directory of an empty spool',
    text =>
      flushReport({
        ok: true,
        destinations: [],
        spool: { directory: text, enabled: true, destinations: [] },
        problems: [],
      }),
  ],
  [
    'the report of records that were sent from the disk',
    text =>
      flushReport({
        ok: false,
        destinations: [
          {
            signal: 'logs',
            endpoint: text,
            found: 2,
            exported: 1,
            dropped: 1,
            left: 0,
            delivered: false,
            lastError: text,
          },
        ],
        spool: spool(text),
        problems: config(text).problems,
      }),
  ],
]

describe.each(HOSTILE_TEXTS)('%s', (_, text, shown) => {
  it.each(PLACES)('is shown with visible characters in %s', (_, write) => {
    const written = write(text)
    expect(written.replace(/\s+/g, ' ')).toContain(shown.replace(/\s+/g, ' ').trim())
    expect(written.replaceAll('\n', '')).not.toMatch(HIDDEN)
  })

  it('is escaped in JSON, which has the same value for programs', () => {
    const json = visibleJson({ text })
    expect(json.replaceAll('\n', '')).not.toMatch(HIDDEN)
    expect(JSON.parse(json)).toEqual({ text })
  })
})

it('only the first line of a message is not indented', () => {
  expect(stderrOf(() => warn('not run\ncodex-demo: all is well'))).toBe(
    'codex-demo: not run\n  codex-demo: all is well\n',
  )
  expect(stderrOf(() => display().command('echo 1\n$ echo 2'))).toBe('$ echo 1\n  $ echo 2\n')
})
