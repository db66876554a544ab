import { expect, it } from 'vitest'
import { commandEnvironment } from './command-environment.ts'

it('keeps the credentials of the provider and of telemetry from the commands', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/dev',
    EDITOR: 'vi',
    OPENAI_API_KEY: 'secret',
    OTLP_TOKEN: 'secret',
    OTLP_ORG: 'secret',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret',
    OTEL_SERVICE_NAME: 'mine',
  }
  const otel = {
    exporter: { 'otlp-http': { headers: { a: `Bearer \${OTLP_TOKEN}`, b: `\${OTLP_ORG:-none}/\${HOME}` } } },
  }
  const expected = { PATH: '/bin', HOME: '/home/dev', EDITOR: 'vi', OTEL_SERVICE_NAME: 'mine' }
  expect(commandEnvironment({ env, secretVariables: ['OPENAI_API_KEY'], otel })).toEqual(expected)
  expect(commandEnvironment({ env: { ...expected }, secretVariables: [], otel: undefined })).toEqual(expected)
})
