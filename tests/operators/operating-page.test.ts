import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from '@codex/test-kit/run-node'
import { collectText, startProcess } from '@codex/test-kit/run-process'
import { expect, it, onTestFinished } from 'vitest'
import { createDemoHome, PATIENT } from './demo-home.ts'

const PAGE = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8')
/** Four processes, one after the other, each of which a busy machine may hold for long. */
const TIME_LIMIT_MS = 60_000

/** Starts the collector of the page. It ends with the test, also with one that fails or that runs out of time. */
function startCollector(): { nextLine(): Promise<string> } {
  const directory = mkdtempSync(join(tmpdir(), 'codex-collector-'))
  const { child, ended } = startProcess([process.execPath, join(ROOT, 'tests/operators/tls-receiver.ts')], {
    cwd: directory,
    env: process.env,
    // A child that inherits an output of the test runner would keep the runner from its end.
    stdio: ['ignore', 'pipe', 'pipe'],
    limitMs: TIME_LIMIT_MS,
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(directory, { recursive: true })
  })
  const problems = collectText(child.stderr)
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  return {
    async nextLine() {
      const { done, value } = await lines.next()
      if (done) throw new Error(`the collector has ended: ${problems()}`)
      return value
    },
  }
}

it(
  'the steps of docs/operating.md lead from nothing to data',
  async () => {
    const collector = startCollector()
    const said: Record<string, string> = {}
    while (said.token === undefined) {
      const [name = '', value = ''] = (await collector.nextLine()).split(/ +/)
      said[name] = value
    }
    const home = createDemoHome()
    copyFileSync(said.CA ?? '', join(home.directory, 'ca.pem'))
    const written = /```toml\n(.*?)```/s.exec(PAGE)?.[1] ?? ''
    expect(written).toContain('https://otel.example.com:4318')
    const configured = written.replaceAll('https://otel.example.com:4318', said.HTTP ?? '')
    home.configure(configured.replace('[otel]', `[otel]\n${PATIENT}`))

    const without = await home.run(['otel', 'doctor'])
    expect(without.code).toBe(1)
    expect(without.stdout).toContain('OTLP_TOKEN')

    const env = { OTLP_TOKEN: said.token }
    const doctor = await home.run(['otel', 'doctor'], { env })
    expect(doctor).toMatchObject({ code: 0, stderr: '' })
    expect(doctor.stdout.match(/^ {2}ok +(logs|metrics) /gm)).toHaveLength(2)

    expect((await home.run(['exec', 'Say hello'], { env })).code).toBe(0)
    const arrived: string[] = []
    while (arrived.at(-1) !== 'codex.user_prompt') arrived.push((await collector.nextLine()).split(' ')[0] ?? '')
    expect(arrived[0]).toBe('codex_otel.doctor')
  },
  TIME_LIMIT_MS,
)

it('docs/operating.md names every cause that the doctor can', () => {
  const types = readFileSync(join(ROOT, 'packages/otel-api/src/operations.ts'), 'utf8')
  const union = /export type DeliveryCause =(.*?)\n\n/s.exec(types)?.[1] ?? ''
  const causes = [...union.matchAll(/'([a-z-]+)'/g)].map(([, cause]) => cause as string)
  expect(causes.length).toBeGreaterThan(15)
  // The one that a check never meets: it shuts nothing down before it has its answer.
  expect(causes.filter(cause => cause !== 'shut-down' && !PAGE.includes(`\`${cause}\``))).toEqual([])
})
