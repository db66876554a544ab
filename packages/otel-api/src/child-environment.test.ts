import { expect, test } from 'vitest'
import { childEnvironment } from './child-environment.ts'

test('a child process gets everything but the credentials of telemetry', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/dev',
    OPENAI_API_KEY: 'kept: nothing of telemetry refers to it',
    OTLP_TOKEN: 'hunter2',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hunter2',
    OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'authorization=hunter2',
    OTEL_EXPORTER_OTLP_CLIENT_KEY: '/hunter2.pem',
    OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: '/hunter2.pem',
    OTEL_EXPORTER_OTLP_CERTIFICATE: '/hunter2.pem',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:hunter2@otel.example.com',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://otel.example.com/v1/logs?api-key=hunter2',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://otel.example.com',
    OTEL_SERVICE_NAME: 'mine',
    UNSET: undefined,
  }
  expect(childEnvironment(env, ['OTLP_TOKEN', 'HOME'])).toEqual({
    PATH: '/bin',
    HOME: '/home/dev',
    OPENAI_API_KEY: 'kept: nothing of telemetry refers to it',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://otel.example.com',
    OTEL_SERVICE_NAME: 'mine',
  })
})
