import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from '@codex/test-kit/run-node'
import { expect, it } from 'vitest'
import { createDemoHome } from './demo-home.ts'

const PAGE = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8')

it('the steps of docs/operating.md lead from nothing to data', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'codex-collector-'))
  const child = spawn(process.execPath, [join(ROOT, 'tests/operators/tls-receiver.ts')], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const said: Record<string, string> = {}
    while (said.token === undefined) {
      const [name = '', value = ''] = String((await lines.next()).value).split(/ +/)
      said[name] = value
    }
    const home = createDemoHome()
    copyFileSync(said.CA ?? '', join(home.directory, 'ca.pem'))
    const written = /```toml\n(.*?)```/s.exec(PAGE)?.[1] ?? ''
    expect(written).toContain('https://otel.example.com:4318')
    home.configure(written.replaceAll('https://otel.example.com:4318', said.HTTP ?? ''))

    const without = await home.run(['otel', 'doctor'])
    expect(without.code).toBe(1)
    expect(without.stdout).toContain('OTLP_TOKEN')

    const env = { OTLP_TOKEN: said.token }
    const doctor = await home.run(['otel', 'doctor'], { env })
    expect(doctor).toMatchObject({ code: 0, stderr: '' })
    expect(doctor.stdout.match(/^ {2}ok +(logs|metrics) /gm)).toHaveLength(2)

    expect((await home.run(['exec', 'Say hello'], { env })).code).toBe(0)
    const arrived: string[] = []
    while (arrived.at(-1) !== 'codex.user_prompt') arrived.push(String((await lines.next()).value).split(' ')[0] ?? '')
    expect(arrived[0]).toBe('codex_otel.doctor')
  } finally {
    child.kill()
    rmSync(directory, { recursive: true })
  }
})

it('docs/operating.md names every cause that the doctor can', () => {
  const types = readFileSync(join(ROOT, 'packages/otel-api/src/operations.ts'), 'utf8')
  const union = /export type DeliveryCause =(.*?)\n\n/s.exec(types)?.[1] ?? ''
  const causes = [...union.matchAll(/'([a-z-]+)'/g)].map(([, cause]) => cause as string)
  expect(causes.length).toBeGreaterThan(15)
  // The one that a check never meets: it shuts nothing down before it has its answer.
  expect(causes.filter(cause => cause !== 'shut-down' && !PAGE.includes(`\`${cause}\``))).toEqual([])
})
