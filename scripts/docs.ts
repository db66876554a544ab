// Writes the files that are generated, and the example into README.md. Tests fail when they differ from what this writes.
import { readFile, writeFile } from 'node:fs/promises'
import { clickhouseView } from '../apps/viewer/scripts/clickhouse-view.ts'
import { configSchemaFile } from '../packages/otel-sdk/scripts/reference/config-schema.ts'
import { configType } from '../packages/otel-sdk/scripts/reference/config-type.ts'
import { configurationReference } from '../packages/otel-sdk/scripts/reference/configuration-reference.ts'
import { eventReference } from '../packages/otel-sdk/scripts/reference/event-reference.ts'
import { metricReference } from '../packages/otel-sdk/scripts/reference/metric-reference.ts'
import { traceReference } from '../packages/otel-sdk/scripts/reference/trace-reference.ts'
import { withExample } from './readme-example.ts'

const files: Readonly<Record<string, () => string>> = {
  'deploy/clickhouse/codex_events.sql': () => clickhouseView('Map'),
  'deploy/clickhouse/codex_events_json.sql': () => clickhouseView('JSON'),
  'docs/configuration.md': configurationReference,
  'docs/events.md': eventReference,
  'docs/metrics.md': metricReference,
  'docs/traces.md': traceReference,
  'docs/otel.schema.json': configSchemaFile,
  'packages/otel-sdk/otel.schema.json': configSchemaFile,
  'packages/otel-api/src/otel-config.ts': configType,
}

for (const [path, render] of Object.entries(files)) {
  await writeFile(new URL(`../${path}`, import.meta.url), render())
  console.log(path)
}

const readme = new URL('../README.md', import.meta.url)
await writeFile(readme, withExample(await readFile(readme, 'utf8')))
console.log('README.md')
