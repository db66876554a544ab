import { describe, expect, it } from 'vitest'
import { applyOverrides } from './overrides.ts'

describe('an override', () => {
  it('is TOML, or else a text', () => {
    const config = { model: 'a', otel: { environment: 'dev' } }
    expect(applyOverrides(config, ['model=gpt-5', 'otel.exporter={otlp-http={endpoint="http://h"}}', 'n=1'])).toEqual({
      model: 'gpt-5',
      otel: { environment: 'dev', exporter: { 'otlp-http': { endpoint: 'http://h' } } },
      n: 1,
    })
  })

  it.each([
    ['otel.exporter.otlp-http.headers.x api key="hunter2"', 'headers.x api key: that is not a dotted key'],
    ['otel.exporter={otlp-http={headers={a="hunter2"', 'otel.exporter: its value begins like TOML'],
    ['otel.exporter=["hunter2"', 'otel.exporter: its value'],
    ['model="hunter2', 'model: its value'],
    ['hunter2', 'an assignment without "="'],
    ['=hunter2', 'it has no key'],
    ['hunter2', /^-c: an assignment/],
  ])('that cannot be read is named without its value: %s', (assignment, message) => {
    const apply = () => applyOverrides({}, [assignment])
    expect(apply).toThrow(message)
    expect(apply).not.toThrow('hunter2')
  })

  it.each(['foo', 'otel.exporter', 'model_providers.my-host.base_url'])(
    'without "=" that looks like a key is named: %s',
    assignment => {
      expect(() => applyOverrides({}, [assignment])).toThrow(`-c ${assignment}: an assignment without "="`)
    },
  )
})
