// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration refers to variables.
import { expect, it } from 'vitest'
import { answer, calls, startModelServer } from '../../apps/demo/test/model-server.ts'
import { createDemoHome } from './demo-home.ts'

it.each(['otel', 'noop'] as const)(
  'what the model runs cannot read the credentials of telemetry, in the build "%s"',
  async variant => {
    await using model = await startModelServer([calls({ arguments: '{"cmd":"env"}' }), answer('done')])
    const home = createDemoHome()
    home.configure(`model_provider = "fake"
[model_providers.fake]
base_url = "${model.baseUrl}"
env_key = "FAKE_API_KEY"
[otel.exporter.otlp-http]
endpoint = "http://127.0.0.1:1/v1/logs"
headers = { authorization = "Bearer \${OTLP_TOKEN}" }
`)
    const env = {
      FAKE_API_KEY: 'hunter2',
      OTLP_TOKEN: 'hunter2',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hunter2',
      OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY: '/hunter2.pem',
      PROJECT: 'kept',
    }
    const { code } = await home.run(['exec', '--dangerously-bypass-approvals-and-sandbox', 'go'], { env, variant })
    expect(code).toBe(0)
    const told = JSON.stringify(model.requests[1]?.body.input)
    expect(told).toContain('PROJECT=kept')
    expect(told).not.toContain('hunter2')
  },
)
