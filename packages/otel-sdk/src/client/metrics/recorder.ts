import type { MetricRecorder, MetricTags } from '@codex/otel-api'
import type { InstrumentKind } from '../../catalogue/instrument.ts'
import { hasTooManyTags, MAX_TAGS } from './metric-names.ts'
import type { MetricScope } from './metric-registry.ts'

/** The recording methods of a session, or of the process. Without a scope nothing is exported, and nothing recorded. */
export function createRecorder(scope: MetricScope | undefined): MetricRecorder {
  const record = (kind: InstrumentKind, name: string, value: number, tags?: MetricTags, more?: MetricTags): void => {
    try {
      const whole = kind === 'duration' && typeof value === 'number' ? Math.trunc(value) : value
      scope?.record(kind, name, whole, more === undefined ? tags : join(tags, more))
    } catch {
      // Tags that cannot even be read are the application's mistake; they must not end the agent.
    }
  }
  const recorder: MetricRecorder = {
    counter: (name, increment, tags) => record('counter', name, increment, tags),
    histogram: (name, value, tags) => record('histogram', name, value, tags),
    recordDuration: (name, durationMs, tags) => record('duration', name, durationMs, tags),
    time(name, tags, run) {
      const timer = recorder.startTimer(name, tags)
      let result: ReturnType<typeof run>
      try {
        result = run()
      } catch (error) {
        timer.end()
        throw error
      }
      if (!isThenable(result)) {
        timer.end()
        return result
      }
      // Some thenables begin to work when they are awaited. That happens once: through the promise that is returned.
      const promise: unknown = (result instanceof Promise ? result : Promise.resolve(result)).finally(() => timer.end())
      return promise as typeof result
    },
    startTimer(name, tags) {
      const started = performance.now()
      let running = true
      const end = (more?: MetricTags): void => {
        if (!running) return
        running = false
        record('duration', name, performance.now() - started, tags, more)
      }
      return { end, [Symbol.dispose]: () => end() }
    },
  }
  return recorder
}

/** Both together. Those that are too many are not copied: what is returned for them will be refused as well. */
function join(tags: MetricTags | undefined, more: MetricTags): MetricTags {
  if (!hasTooManyTags(tags) && !hasTooManyTags(more)) return { ...tags, ...more }
  return Object.fromEntries(Array.from({ length: MAX_TAGS + 1 }, (_, i) => [`tag${i}`, '']))
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function'
  } catch {
    return false
  }
}
