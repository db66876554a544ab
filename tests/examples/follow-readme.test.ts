import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { ROOT } from '@codex/test-kit/run-node'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sectionOf } from '../documents/page-tables.ts'
import { type Done, Follower, readSteps, type Step } from './follower.ts'

/** What README.md promises. */
const FIVE_MINUTES_MS = 300_000

/** The ports in README.md, in place of which a test takes free ones. */
const [COLLECTOR_PORT, MODEL_PORT] = ['4318', '11435']

const section = sectionOf(readFileSync(join(ROOT, 'README.md'), 'utf8'), 'Add it to an agent')

const MANAGERS = { npm: /^npm install /, pnpm: /^pnpm add /m }

const isOf = (step: Step, manager: keyof typeof MANAGERS): boolean =>
  step.kind === 'run' && MANAGERS[manager].test(step.commands)

it('README.md has blocks for npm and for pnpm', () => {
  const steps = readSteps(section)
  expect(steps.filter(step => isOf(step, 'npm'))).toHaveLength(1)
  expect(steps.filter(step => isOf(step, 'pnpm'))).toHaveLength(1)
})

describe.each([
  ['npm', 'pnpm'],
  ['pnpm', 'npm'],
] as const)('somebody who follows README.md line by line in an empty folder, with %s', (_manager, other) => {
  let receiver: Receiver
  let follower: Follower
  const done: Done[] = []

  beforeAll(async () => {
    receiver = await startReceiver()
    const modelPort = await freePort()
    follower = new Follower({ typed: 'y\n', env: { PORT: modelPort } })
    const { port } = new URL(receiver.httpUrl)
    const steps = readSteps(section.replaceAll(COLLECTOR_PORT, port).replaceAll(MODEL_PORT, modelPort))
    for (const step of steps.filter(step => !isOf(step, other))) {
      const finished = await follower.do(step)
      if (finished === undefined) continue
      done.push(finished)
      if (/&$/m.test(finished.commands)) await untilAnswers(Number(modelPort))
    }
  }, FIVE_MINUTES_MS)
  afterAll(async () => {
    follower?.remove()
    await receiver?.close()
  })

  const after = (part: string): Done => {
    const found = done.find(({ commands }) => commands.includes(part))
    if (found === undefined) throw new Error(`no commands with ${part}`)
    return found
  }

  it('sees the events without a collector', () => {
    const { stdout, stderr } = after('exporter = "console"')
    expect(stdout).toContain('The tool gave back: agent.js')
    for (const name of ['codex.user_prompt', 'codex.api_request', 'codex.tool_decision', 'codex.tool_result']) {
      expect(stderr).toContain(name)
    }
  })

  it('is told by the doctor that data arrives', () => {
    expect(after('doctor.js').stdout).toMatch(/^logs: delivered, .*\nmetrics: delivered, .*$/m)
  })

  it('has an agent of its own, whose events arrive under its name, unbundled and bundled', async () => {
    const prompts = (): number => receiver.logs.filter(({ eventName }) => eventName === 'codex.user_prompt').length
    // What a run cannot send in its time goes with the next one.
    if (prompts() < 2) await follower.run('npm start')
    await receiver.waitFor(() => prompts() >= 2)
    expect(after('npm run build').stdout).toContain('The tool gave back: agent.js')
    const records = [...receiver.logs, ...receiver.metrics]
    expect(new Set(records.map(({ resource }) => resource.attributes['service.name']?.value))).toEqual(
      new Set(['my-agent']),
    )
    expect(receiver.metrics.map(({ name }) => name)).toContain('codex.tool.call')
  })
})

async function freePort(): Promise<string> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return String(address.port)
}

/** A command that ends in `&` has begun when its port answers. */
const untilAnswers = (port: number): Promise<unknown> =>
  vi.waitFor(() => fetch(`http://127.0.0.1:${port}/`), { timeout: 20_000 })
