import { expect, it } from 'vitest'
import { commandEnvironment } from './command-environment.ts'

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
const expected = { PATH: '/bin', HOME: '/home/dev', EDITOR: 'vi', OTEL_SERVICE_NAME: 'mine' }

it('the environment of a command has no credentials of the provider and of telemetry', () => {
  const otel = {
    exporter: { 'otlp-http': { headers: { a: `Bearer \${OTLP_TOKEN}`, b: `\${OTLP_ORG:-none}/\${HOME}` }, n: 1n } },
  }
  const telemetry = { secretVariables: ['OTLP_TOKEN', 'OTLP_ORG', 'HOME'] }
  const secretVariables = ['OPENAI_API_KEY']
  expect(commandEnvironment({ env, secretVariables, telemetry, otel, configText: '' })).toEqual(expected)
})

it('the environment of a command has no credentials where the table of telemetry is no TOML', () => {
  const configText = `[otel]\na = "Bearer \${OTLP_TOKEN}\nb = "\${OTLP_ORG}`
  const telemetry = { secretVariables: ['OTLP_TOKEN', 'OTLP_ORG'] }
  const options = { env, secretVariables: ['OPENAI_API_KEY'], telemetry, otel: new Error('no TOML'), configText }
  expect(commandEnvironment(options)).toEqual(expected)
})
