// An application that hands over a canary wherever it can, and leaves in the way that it is told.
import { writeFileSync } from 'node:fs'
import { createTelemetry } from '@codex/otel-sdk'
import { CANARY_KINDS, createPlaces } from './canaries.ts'
import { plant } from './plant.ts'

/** How the process ends. */
export type Ending = 'shutdown' | 'exit' | 'throw' | 'kill'

const { config, ending } = JSON.parse(process.argv[2] ?? '') as { config: Record<string, unknown>; ending: Ending }
const places = createPlaces()

/** What is one of its kind in a process holds a canary of each kind. */
const all = (place: string): string => {
  const number = places.of(place)
  return Object.values(CANARY_KINDS)
    .map(canary => canary(number))
    .join('\n')
}
/** A name of the characters that tags and variables may have. */
const name = (place: string): string => CANARY_KINDS['a token with a prefix'](places.of(place))
const percent = (text: string): string => encodeURIComponent(text)

const eventPrefix = name('eventPrefix')
const telemetry = createTelemetry({
  eventPrefix,
  config: {
    ...config,
    environment: all('otel.environment'),
    span_attributes: { owner: all('otel.span_attributes value'), [name('otel.span_attributes name')]: 'x' },
    resource: { team: all('otel.resource value'), [name('otel.resource name')]: 'x' },
  },
  codexHome: process.cwd(),
  configFile: 'config.toml',
  serviceName: all('serviceName'),
  serviceVersion: all('serviceVersion'),
  identity: { userId: all('identity.userId'), apiKey: all('identity.apiKey') },
  env: {
    OTEL_RESOURCE_ATTRIBUTES: `region=${percent(all('OTEL_RESOURCE_ATTRIBUTES value'))},${name('OTEL_RESOURCE_ATTRIBUTES name')}=x`,
  },
  onDiagnostic: diagnostic => process.stderr.write(`${JSON.stringify(diagnostic)}\n${diagnostic.message}\n`),
})
process.stderr.write(`${JSON.stringify(telemetry.problems)}\n`)
await plant(telemetry, places, eventPrefix)
writeFileSync('places.json', JSON.stringify(places.names))

switch (ending) {
  case 'shutdown':
    await telemetry.shutdown({ timeoutMs: 30_000 })
    process.stderr.write(`${JSON.stringify(telemetry.health())}\n`)
    break
  case 'exit':
    process.exit(0)
    break
  case 'throw':
    throw new Error('the application failed')
  case 'kill':
    await telemetry.flush({ timeoutMs: 3_000 })
    process.stderr.write(`${JSON.stringify(telemetry.health())}\n`)
    process.kill(process.pid, 'SIGKILL')
}
