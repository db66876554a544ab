import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { spooledRecords } from '../../agent/spooled-records.ts'
import { type AgentOptions, DENO_EXIT, ENDINGS, ENDS_WITH, type Ending, makeHome, runAgent } from './run-agent.ts'

/** Of each run. */
export const EVENTS = 20

/** A program that is to be tried: a row of the table. */
export interface Program {
  /** What made it one file; `undefined` where it runs from its sources. */
  readonly builtBy: string | undefined
  readonly runsOn: string
  /** In the folder of the application with telemetry, and in that of the one without. */
  readonly command: string
  readonly noopCommand: string
  /** Whether it is also tried with a collector that is down. */
  readonly isKept: boolean
}

export interface Checked extends Program {
  /** Events that arrived, for each ending. */
  readonly arrived: Readonly<Record<Ending, number>>
  /** Events that the next run delivered, of all endings with a collector that was down; `undefined` where that was not tried. */
  readonly afterNextRun: number | undefined
  /** What is wrong. */
  readonly problems: readonly string[]
}

export interface Scene {
  readonly program: Program
  readonly applications: { readonly otel: string; readonly noop: string }
  /** For homes. */
  readonly directory: string
}

/** Runs a program at each of its ends: with a collector, without one and then once more with it, and without telemetry. */
export async function checkProgram(scene: Scene): Promise<Checked> {
  const problems: string[] = []
  const arrived = {} as Record<Ending, number>
  let afterNextRun: number | undefined
  for (const ending of ENDINGS) {
    arrived[ending] = await deliver(scene, ending, problems)
    if (scene.program.isKept) afterNextRun = (afterNextRun ?? 0) + (await keep(scene, ending, problems))
  }
  if (scene.program.runsOn.startsWith('Deno')) {
    await deliver(scene, DENO_EXIT, problems)
    if (scene.program.isKept) await keep(scene, DENO_EXIT, problems)
  }
  await checkNoop(scene, problems)
  return { ...scene.program, arrived, afterNextRun, problems }
}

async function deliver(scene: Scene, ending: Ending, problems: string[]): Promise<number> {
  const codexHome = makeHome(scene.directory)
  await using receiver = await startReceiver()
  await run(scene, { ending, codexHome, endpoint: receiver.logsUrl, events: EVENTS }, problems)
  const arrived = count(receiver)
  if (arrived !== EVENTS) problems.push(`${ending}: ${arrived} of ${EVENTS} events arrived`)
  const left = spooledRecords(codexHome)
  if (left !== 0) problems.push(`${ending}: ${left} events are left on disk after they arrived`)
  return arrived
}

async function keep(scene: Scene, ending: Ending, problems: string[]): Promise<number> {
  const codexHome = makeHome(scene.directory)
  const former = await startReceiver()
  const endpoint = former.logsUrl
  await former.close()
  const what = `${ending}, collector down`
  await run(scene, { ending, codexHome, endpoint, events: EVENTS }, problems, what)
  const kept = spooledRecords(codexHome)
  if (kept !== EVENTS) problems.push(`${what}: ${kept} of ${EVENTS} events are on disk`)
  await using receiver = await startReceiver({ httpPort: Number(new URL(endpoint).port) })
  // It ends when it has done what it is run for, and by the time limit otherwise.
  const until = receiver.waitForLogs(kept).catch(() => undefined)
  await run(scene, { ending: 'SIGTERM', codexHome, endpoint, events: 0, until }, problems, `the run after ${what}`)
  const arrived = count(receiver)
  if (arrived !== EVENTS) problems.push(`${what}: the next run delivered ${arrived} of ${EVENTS} events`)
  return arrived
}

/** How many events arrived under the agent's name; one that arrived twice does not count. */
function count({ logs }: Receiver): number {
  const lengths = logs
    .filter(({ resource }) => resource.attributes['service.name']?.value === SERVICE)
    .map(({ attributes }) => attributes.prompt_length?.value)
  return lengths.filter((length, i) => lengths.indexOf(length) === i && lengths.lastIndexOf(length) === i).length
}

const SERVICE = 'my_agent'

async function run(
  { program, applications }: Scene,
  how: Pick<AgentOptions, 'ending' | 'codexHome' | 'endpoint' | 'events' | 'until'>,
  problems: string[],
  what: string = how.ending,
): Promise<void> {
  const expected = ENDS_WITH[how.ending]
  const { code, signal, stderr } = await runAgent(program.command, {
    ...how,
    cwd: applications.otel,
    serviceName: SERVICE,
  })
  if (code !== expected.code || signal !== expected.signal) problems.push(`${what}: ended with ${signal ?? code}`)
  const warnings = /^.*(?:ExperimentalWarning|Use `node --trace-warnings).*\n?/gm
  const said = stderr.replace(warnings, '')
  if (!expected.says.test(said) || said.includes('(in worker')) problems.push(`${what}: said ${JSON.stringify(said)}`)
}

const NOTICE = /^codex-otel: this build exports nothing; .*\n$/

async function checkNoop({ program, applications, directory }: Scene, problems: string[]): Promise<void> {
  await using receiver = await startReceiver()
  const { code, stderr } = await runAgent(program.noopCommand, {
    cwd: applications.noop,
    ending: 'normal end',
    events: EVENTS,
    endpoint: receiver.logsUrl,
    codexHome: makeHome(directory),
    serviceName: SERVICE,
  })
  if (code !== 0 || !NOTICE.test(stderr)) {
    problems.push(`without telemetry: ended with ${code} and said ${JSON.stringify(stderr)}`)
  }
  if (receiver.connections.http > 0) problems.push('without telemetry: it connected to the collector')
}
