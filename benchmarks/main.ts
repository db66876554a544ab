import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readArguments } from '@codex/test-kit/read-arguments'
import { bundleChildren } from './harness/bundle.ts'
import { describeMachine, MAX_LOAD, refusalOf } from './harness/machine.ts'
import type { Section } from './harness/part.ts'
import { startRemoteReceiver } from './harness/receiver.ts'
import { renderPage, renderRequirements, renderSection } from './harness/report.ts'
import { bundle } from './parts/bundle.ts'
import { burst } from './parts/burst.ts'
import { contenders } from './parts/contenders.ts'
import { deadCollector } from './parts/dead-collector.ts'
import { fixedAndMarginal } from './parts/fixed-and-marginal.ts'
import { flow } from './parts/flow.ts'
import { metrics } from './parts/metrics.ts'
import { noop } from './parts/noop.ts'
import { run } from './parts/run.ts'
import { spans } from './parts/spans.ts'
import { start } from './parts/start.ts'

const PARTS = [contenders, burst, fixedAndMarginal, flow, metrics, spans, start, bundle, noop, run, deadCollector]
const PAGE = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url))
const USAGE = `npm run bench -- [--quick] [--print] [NAME...]
  NAME     only these parts: ${PARTS.map(part => part.name).join(', ')}
  --quick  few rounds
  --print  only print the figures
All parts in full take about six minutes and write docs/benchmarks.md, unless the machine has other work: a load
average above ${MAX_LOAD.toFixed(1)} at the start ends the program. Exit code 1 when a requirement does not hold, 2 when nothing was measured.`

const { values, positionals } = readArguments(
  {
    options: {
      quick: { type: 'boolean', default: false },
      print: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  },
  USAGE,
)
const unknown = positionals.filter(name => PARTS.every(part => part.name !== name))
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no part ${unknown.join(', ')}.`)
  console.error(USAGE)
  process.exit(values.help ? 0 : 2)
}
const chosen = positionals.length === 0 ? PARTS : PARTS.filter(part => positionals.includes(part.name))
const writes = chosen === PARTS && !values.quick && !values.print

const machine = describeMachine()
const refusal = writes ? refusalOf(machine) : undefined
if (refusal !== undefined) {
  console.error(refusal)
  process.exit(2)
}

const began = performance.now()
const progress = (text: string): void => {
  const seconds = Math.round((performance.now() - began) / 1000)
  console.error(`${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}  ${text}`)
}

const temporary = await mkdtemp(join(tmpdir(), 'codex-otel-bench-'))
const receiver = await startRemoteReceiver()
const sections: Section[] = []
try {
  const bundles = await bundleChildren()
  for (const [index, part] of chosen.entries()) {
    const section = await part.run({
      bundles,
      receiver,
      quick: values.quick,
      temporaryDirectory: () => mkdtemp(join(temporary, 'home-')),
      progress: text => progress(`part ${index + 1} of ${chosen.length}, ${part.name}: ${text}`),
    })
    sections.push(section)
    console.log(`\n${renderSection(section)}\n`)
  }
} finally {
  await receiver.close()
  await rm(temporary, { recursive: true, force: true })
}

const requirements = sections.flatMap(section => section.requirements)
const failed = requirements.filter(requirement => !requirement.holds)
console.log(renderRequirements(requirements))
console.log(
  `\n${requirements.length - failed.length} of ${requirements.length} requirements hold. ${machine.description}.`,
)
if (writes) {
  await writeFile(PAGE, renderPage(sections, new Date(), machine))
  console.log('Written to docs/benchmarks.md.')
}
progress('done')
process.exitCode = failed.length > 0 ? 1 : 0
