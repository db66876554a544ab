/** How the results page calls them; each is a file beside this one. */
export const LABELS = {
  'stock-default': 'OpenTelemetry SDK, default queue',
  'stock-large': 'OpenTelemetry SDK, large queue',
  'node-sdk': 'OpenTelemetry NodeSDK, large queue',
  pino: 'pino with a worker transport',
  codex: 'codex-otel',
  noop: 'built without the feature',
  'bare-worker': 'an empty worker thread',
} as const

export type ContenderName = keyof typeof LABELS

/** What each does with an event, and what it does not: the columns "where", "does" and "does not" of the results page. */
export const DESCRIPTIONS: Record<Exclude<ContenderName, 'noop' | 'bare-worker'>, readonly [string, string, string]> = {
  'stock-default': [
    "the application's thread",
    'makes a record of OpenTelemetry, batches, encodes and sends it; its queue takes 2,048 records',
    'scrub secrets, keep on disk what could not be sent, send when the process leaves by `process.exit()`',
  ],
  'stock-large': [
    "the application's thread",
    'the same with a queue that takes every burst measured here, so that it delivers all: the base of the ratios',
    'the same',
  ],
  'node-sdk': [
    "the application's thread",
    'the same as `NodeSDK` sets it up: with all exporters, detectors of host and process, context and propagation',
    'the same',
  ],
  pino: [
    'a worker thread',
    '`pino` writes a line of JSON, `pino-opentelemetry-transport` reads it in the worker and has the OpenTelemetry SDK (of the version that it brings) send it; large queue; its files are loaded one by one, because a transport cannot be bundled',
    "set the name of the event and the SDK's own attributes of the resource, scrub secrets, keep on disk what could not be sent, flush: the benchmark waits until all has arrived",
  ],
  codex: ['a worker thread', 'scrubs secrets, writes to disk, encodes and sends', '-'],
}
