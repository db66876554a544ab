// Writes the pages of docs/ that are generated. Tests fail when they differ from what this writes.
import { writeFile } from 'node:fs/promises'
import { configurationReference } from '../packages/otel-sdk/scripts/reference/configuration-reference.ts'
import { eventReference } from '../packages/otel-sdk/scripts/reference/event-reference.ts'
import { metricReference } from '../packages/otel-sdk/scripts/reference/metric-reference.ts'

const pages: Readonly<Record<string, () => string>> = {
  'configuration.md': configurationReference,
  'events.md': eventReference,
  'metrics.md': metricReference,
}

for (const [name, render] of Object.entries(pages)) {
  await writeFile(new URL(`../docs/${name}`, import.meta.url), render())
  console.log(`docs/${name}`)
}
