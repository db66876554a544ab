// Writes the pages of docs/ that are generated, and the example into README.md. Tests fail when they differ from what this writes.
import { readFile, writeFile } from 'node:fs/promises'
import { configurationReference } from '../packages/otel-sdk/scripts/reference/configuration-reference.ts'
import { eventReference } from '../packages/otel-sdk/scripts/reference/event-reference.ts'
import { metricReference } from '../packages/otel-sdk/scripts/reference/metric-reference.ts'
import { withExample } from './readme-example.ts'

const pages: Readonly<Record<string, () => string>> = {
  'configuration.md': configurationReference,
  'events.md': eventReference,
  'metrics.md': metricReference,
}

for (const [name, render] of Object.entries(pages)) {
  await writeFile(new URL(`../docs/${name}`, import.meta.url), render())
  console.log(`docs/${name}`)
}

const readme = new URL('../README.md', import.meta.url)
await writeFile(readme, withExample(await readFile(readme, 'utf8')))
console.log('README.md')
