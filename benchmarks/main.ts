import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundleChildren } from './harness/bundle.ts'
import type { Bench, Section } from './harness/part.ts'
import { startRemoteReceiver } from './harness/receiver.ts'
import { renderPage, renderRequirements, renderSection } from './harness/report.ts'
import { burst } from './parts/burst.ts'
import { deadCollector } from './parts/dead-collector.ts'
import { fixedAndMarginal } from './parts/fixed-and-marginal.ts'
import { flow } from './parts/flow.ts'
import { metrics } from './parts/metrics.ts'
import { noop } from './parts/noop.ts'
import { run } from './parts/run.ts'
import { start } from './parts/start.ts'

const PARTS = [burst, fixedAndMarginal, flow, metrics, start, noop, run, deadCollector]
const PAGE = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url))
const USAGE = `npm run bench -- [--quick] [NAME...]
  NAME     only these parts: ${PARTS.map(part => part.name).join(', ')}
  --quick  few rounds
All parts in full write docs/benchmarks.md. Exit code 1 when a requirement does not hold.`

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const unknown = positionals.filter(name => PARTS.every(part => part.name !== name))
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no part ${unknown.join(', ')}.`)
  console.error(USAGE)
  process.exit(values.help ? 0 : 2)
}
const chosen = positionals.length === 0 ? PARTS : PARTS.filter(part => positionals.includes(part.name))

const load = loadavg()[0] ?? 0
const temporary = await mkdtemp(join(tmpdir(), 'codex-otel-bench-'))
const receiver = await startRemoteReceiver()
const sections: Section[] = []
try {
  const bench: Bench = {
    bundles: await bundleChildren(),
    receiver,
    quick: values.quick,
    temporaryDirectory: () => mkdtemp(join(temporary, 'home-')),
    progress: text => console.error(text),
  }
  for (const part of chosen) {
    const begin = performance.now()
    const section = await part.run(bench)
    sections.push(section)
    console.error(`${part.name}: ${Math.round((performance.now() - begin) / 1000)} s`)
    console.log(`\n${renderSection(section)}\n`)
  }
} finally {
  await receiver.close()
  await rm(temporary, { recursive: true, force: true })
}

const requirements = sections.flatMap(section => section.requirements)
const failed = requirements.filter(requirement => !requirement.holds)
console.log(renderRequirements(requirements))
console.log(`\n${requirements.length - failed.length} of ${requirements.length} requirements hold.`)
if (chosen === PARTS && !values.quick) {
  await writeFile(PAGE, renderPage(sections, new Date(), load))
  console.log('Written to docs/benchmarks.md.')
}
process.exitCode = failed.length > 0 ? 1 : 0
