// Tries the packed packages where their users have them: with every bundler, on every runtime, at every end of a process.
// Writes docs/runtimes.md and docs/bundlers.md. `npm run test:foreign`, with a part of a row's name for those rows alone.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeApplications } from './harness/applications.ts'
import { build } from './harness/build.ts'
import { BUNDLERS } from './harness/bundlers.ts'
import { type Checked, checkProgram, type Program } from './harness/check-program.ts'
import { checkTestRunner, TEST_RUNNERS } from './harness/check-test-runners.ts'
import { checkTypes } from './harness/check-types.ts'
import { inParallel } from './harness/in-parallel.ts'
import { bundlersPage, runtimesPage, writePage } from './harness/pages.ts'
import { bundled, unbundled } from './harness/programs.ts'
import { runtimes } from './harness/runtimes.ts'
import { installTools, versionOf } from './harness/tools.ts'

const wanted = process.argv[2]
let tried = 0
let failures = 0

function report(what: string, problems: readonly string[]): void {
  process.stdout.write(`${problems.length === 0 ? 'ok    ' : 'FAILED'}  ${what}\n`)
  for (const problem of problems)
    process.stdout.write(`          ${problem.trimEnd().replaceAll('\n', '\n          ')}\n`)
  tried++
  failures += problems.length
}

const isWanted = (what: string): boolean => wanted === undefined || what.toLowerCase().includes(wanted.toLowerCase())

async function main(): Promise<void> {
  if (process.platform !== 'linux') return report('tests/foreign', ['its runtimes are those for Linux'])
  await installTools()
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'codex-otel-foreign-'))
  try {
    const applications = await makeApplications(directory)
    const missing = [
      ...runtimes()
        .filter(({ version }) => version === undefined)
        .map(({ name, command }) => `${name} (${command})`),
      ...BUNDLERS.filter(({ packageName }) => versionOf(packageName) === undefined).map(({ name }) => name),
    ]
    for (const name of missing) {
      // For x64 all of them are made.
      if (process.arch === 'x64') report(name, ['it is not installed'])
      else process.stdout.write(`not made for ${process.arch}, so not tried: ${name}\n`)
    }

    const available = BUNDLERS.filter(({ packageName }) => versionOf(packageName) !== undefined)
    const isWantedProgram = ({ builtBy, runsOn }: Program): boolean => isWanted(`${builtBy ?? ''} ${runsOn}`)
    const bundlers = available.filter(bundler => bundled(bundler).some(isWantedProgram))
    await inParallel(bundlers, async bundler => {
      const problems = await build(bundler, applications).catch(error => [(error as Error).message])
      report(
        `${bundler.name} ${versionOf(bundler.packageName)}: builds with telemetry, and without a byte of it`,
        problems,
      )
    })

    const programs = [...unbundled(), ...bundlers.flatMap(bundled)].filter(isWantedProgram)
    const checked = await inParallel(programs, async program => {
      const result = await checkProgram({ program, applications, directory })
      report(`${program.builtBy ?? 'not bundled'}, ${program.runsOn}`, result.problems)
      return result
    })
    for (const runner of TEST_RUNNERS.filter(({ name }) => isWanted(name))) {
      report(
        `${runner.name} ${versionOf(runner.packageName)}`,
        await checkTestRunner(runner, applications.otel, directory),
      )
    }
    if (isWanted('typescript')) report('TypeScript', await checkTypes(applications))
    if (tried === 0) report(`"${wanted}"`, ['no row has that in its name'])
    if (wanted === undefined && missing.length === 0 && failures === 0) writePages(checked)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** A page that was out of date is a failure: it has to be committed. */
function writePages(checked: readonly Checked[]): void {
  for (const [name, page] of [
    ['runtimes.md', runtimesPage(checked)],
    ['bundlers.md', bundlersPage()],
  ] as const) {
    report(`docs/${name}`, writePage(name, page) ? ['it was out of date, and is written again: commit it'] : [])
  }
}

await main()
process.exitCode = failures === 0 ? 0 : 1
