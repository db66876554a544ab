import { expect, it } from 'vitest'
import { childEnvironment } from './child-environment.ts'
import { traceContextFrom } from './trace-context-from.ts'

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const OTHER = '00-11111111111111111111111111111111-2222222222222222-00'
const env = { PATH: '/bin', TRACEPARENT: OTHER, TRACESTATE: 'stale=1', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' }

it('puts a program below the context that it is given, and leaves an older tracestate out', () => {
  expect(childEnvironment(env, [], { traceparent: TRACEPARENT })).toEqual({ PATH: '/bin', TRACEPARENT })
  expect(childEnvironment(env, [], { traceparent: TRACEPARENT, tracestate: 'a=b' })).toEqual({
    PATH: '/bin',
    TRACEPARENT,
    TRACESTATE: 'a=b',
  })
})

it('passes the context on that the process has, where it is given none', () => {
  expect(childEnvironment(env)).toEqual({ PATH: '/bin', TRACEPARENT: OTHER, TRACESTATE: 'stale=1' })
  expect(childEnvironment({ PATH: '/bin' }, [], undefined)).toEqual({ PATH: '/bin' })
})

it('reads the context that the process was started in', () => {
  expect(traceContextFrom(env)).toEqual({ traceparent: OTHER, tracestate: 'stale=1' })
  expect(traceContextFrom({ TRACEPARENT, PATH: '/bin' })).toEqual({ traceparent: TRACEPARENT, tracestate: undefined })
  expect(traceContextFrom({ TRACEPARENT: '', TRACESTATE: 'a=b' })).toBeUndefined()
  expect(traceContextFrom({ TRACEPARENT: ' \n' })).toBeUndefined()
})
