import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startCollector } from '../agent/collector.ts'
import type { Ending } from '../agent/options.ts'
import { runAgent } from '../agent/run-agent.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'codex-otel-header-program-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const ENDINGS: readonly Ending[] = ['shutdown', 'exit', 'SIGTERM']

it.each(ENDINGS.flatMap(ending => (['otlp-http', 'otlp-grpc'] as const).map(kind => [kind, ending] as const)))(
  'over %s, a header program that hangs ends with its children when the agent ends by %s',
  async (kind, ending) => {
    await using collector = await startCollector()
    const pids = join(home, 'pids')
    const script = `echo $$ > '${pids}.new'; sleep 600 & echo $! >> '${pids}.new'; mv '${pids}.new' '${pids}'; wait`
    const headers = { authorization: { command: ['/bin/sh', '-c', script] } }
    const exporter =
      kind === 'otlp-http'
        ? { 'otlp-http': { endpoint: collector.logsUrl, protocol: 'binary', headers } }
        : { 'otlp-grpc': { endpoint: collector.grpcUrl, headers } }
    const run = await runAgent({
      telemetry: 'codex',
      codexHome: home,
      exporter,
      label: 'header',
      events: 10,
      // The program runs, and hangs, while the agent ends.
      awaitsFile: pids,
      ending,
    })
    expect(run.wholeMs).toBeLessThan(10_000)
    expect(existsSync(pids)).toBe(true)
    const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number)
    expect(started).toHaveLength(2)
    await expect.poll(() => started.filter(isRunning)).toEqual([])
  },
)

/** A killed process whose parent is gone may stay as a zombie where process 1 collects none. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
