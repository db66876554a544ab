import { afterEach, expect, it, vi } from 'vitest'
import type { ConfigProblem } from '../telemetry.ts'
import { refuseProblems, summarizeProblems } from './config-problems.ts'

afterEach(() => vi.restoreAllMocks())

function stderrOf(run: () => void): string {
  let text = ''
  vi.spyOn(process.stderr, 'write').mockImplementation(chunk => {
    text += chunk
    return true
  })
  run()
  return text
}

const FILE = '/home/me/.codex/config.toml'
const problem = (line: number | undefined, severity: ConfigProblem['severity'] = 'error'): ConfigProblem => ({
  severity,
  file: line === undefined ? 'environment' : FILE,
  line,
  key: 'otel.exporter',
  found: 'x',
  allowed: 'y',
  message: `the message of line ${line}`,
})

it('one problem is printed as it is, and none prints nothing', () => {
  expect(stderrOf(() => summarizeProblems([problem(2)]))).toBe('codex-demo: the message of line 2\n')
  expect(stderrOf(() => summarizeProblems([]))).toBe('')
})

it('several problems are one line with their number, their lines and where to read them', () => {
  const print = (...problems: ConfigProblem[]): string => stderrOf(() => summarizeProblems(problems))
  expect(print(problem(2), problem(3))).toBe(
    'codex-demo: 2 mistakes in [otel] (config.toml, lines 2 and 3); not all telemetry is exported; codex-demo otel doctor tells what to change\n',
  )
  expect(print(problem(2, 'warning'), problem(2, 'warning'), problem(undefined, 'notice'))).toBe(
    'codex-demo: 2 mistakes and 1 notice in [otel] (config.toml, environment, line 2); codex-demo otel doctor tells what to change\n',
  )
  expect(print(problem(4, 'notice'), problem(5, 'notice'))).toMatch(/^2 notices in \[otel\]/)
  expect(print(...Array.from({ length: 40 }, (_, i) => problem(i + 1)))).toContain('lines 1, 2, 3, 4, 5, 6 and others')
})

it('--strict-config prints every problem', () => {
  const text = stderrOf(() => expect(() => refuseProblems([problem(2), problem(3)])).toThrow('those 2 mistakes'))
  expect(text).toBe('codex-demo: the message of line 2\ncodex-demo: the message of line 3\n')
})
