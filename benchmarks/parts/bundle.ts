import type { PartName } from '../../packages/otel-sdk/scripts/build-worker.ts'
import { clientFolders, type DemoFile, demoFiles, type Sizes, sum, workerParts } from '../harness/bundle-contents.ts'
import { kilobytes, percent } from '../harness/format.ts'
import type { Part } from '../harness/part.ts'
import { atMost } from '../harness/requirement.ts'

const LIMIT_BYTES = 600_000

const PURPOSES: Readonly<Record<string, string>> = {
  src: 'the agent itself',
  commander: 'its command line',
  'smol-toml': '`config.toml`',
  'eventsource-parser': 'streams of the model',
  '@codex/auth': 'API key and sign-in',
  '@codex/otel-api': "the interfaces, and what looks programs up on the user's path",
  client: 'sessions, hand-over to the worker, ways out',
  config: 'reads the table `[otel]`',
  content: 'what may leave the machine; patterns of the user',
  catalogue: 'events, metrics and spans as tables',
  protocol: 'messages between the threads',
  others: 'the entry',
}

const WORKER_PURPOSES: Readonly<Record<PartName, string>> = {
  main: 'log events, their delivery, the spool: in every run with telemetry',
  secrets: 'finds secrets: in every run with telemetry',
  metrics: 'with an exporter of metrics',
  traces: 'with an exporter of traces',
  local: 'with an exporter that writes on this machine',
  patterns: 'with `scrub_patterns`',
  operation: 'doctor and flush',
  grpc: 'with `otlp-grpc`',
}

const CHUNK_PURPOSES: Readonly<Record<string, string>> = {
  'mcp-connection.js': 'the client of the Model Context Protocol, with a server of its kind in `config.toml`',
  'websocket-connection.js': '`ws`, with a provider that speaks over WebSockets',
}

const total = (sizes: Iterable<number>): number => [...sizes].reduce((sum, bytes) => sum + bytes, 0)
const startBytes = (files: readonly DemoFile[]): number =>
  total(files.filter(({ atStart }) => atStart).map(({ bytes }) => bytes))

/** The packages that weigh most, with their sizes. */
const largest = (packages: Sizes): string =>
  [...packages]
    .filter(([, bytes]) => bytes >= 1000)
    .map(([name, bytes]) => `${name} ${kilobytes(bytes)}`)
    .join(', ')

/** What the agent's bundle is made of, with telemetry. */
export const bundle: Part = {
  name: 'bundle',
  async run(bench) {
    bench.progress('what the bundle of the demo is made of')
    const [otel, noop] = [demoFiles('otel'), demoFiles('noop')]
    const [folders, worker] = [await clientFolders(), await workerParts()]
    const whole = startBytes(otel)
    const packages = new Map(sum(otel.filter(({ atStart }) => atStart).flatMap(file => [...file.packages])))
    const sdk = packages.get('@codex/otel-sdk') ?? 0
    packages.delete('@codex/otel-sdk')
    const ofWorker = total(worker.map(({ bytes }) => bytes))
    // What esbuild says of the folders alone, spread over what the SDK really takes besides the worker.
    const scale = (sdk - ofWorker) / total(folders.values())
    const parts = [
      ...[...packages].map(([name, bytes]) => ({
        name: name === 'src' ? 'the demo, `src/`' : name,
        bytes,
        purpose: PURPOSES[name] ?? '',
      })),
      ...[...folders].map(([name, bytes]) => ({
        name: `@codex/otel-sdk, ${name === 'others' ? 'others' : `\`${name}/\``}`,
        bytes: bytes * scale,
        purpose: PURPOSES[name] ?? '',
      })),
      ...worker.map(({ name, bytes }) => ({
        name: `@codex/otel-sdk, worker's \`${name}\``,
        bytes,
        purpose: WORKER_PURPOSES[name],
      })),
    ].sort((a, b) => b.bytes - a.bytes)
    return {
      title: 'The bundle',
      text:
        `What a start of the demo loads when it is built with telemetry (\`dist/otel\`, \`cli.js\` and \`main.js\`), by esbuild's metafile: ${kilobytes(whole)}; ` +
        `built without, it is ${kilobytes(startBytes(noop))}. The worker's code is carried as texts.`,
      tables: [
        {
          columns: ['part', 'size', 'share', 'what for'],
          rows: parts.map(({ name, bytes, purpose }) => [name, kilobytes(bytes), percent(bytes, whole), purpose]),
        },
        {
          text: 'Loaded only when the configuration asks for it:',
          columns: ['file', 'size', 'what for'],
          rows: otel
            .filter(({ atStart }) => !atStart)
            .map(({ name, bytes }) => [name, kilobytes(bytes), CHUNK_PURPOSES[name] ?? '']),
        },
        {
          text: "The worker's texts, each as it lies in the bundle and as it runs, and the packages that it is made of:",
          columns: ['part', 'in the bundle', 'as it runs', 'made of'],
          rows: worker.map(({ name, bytes, textBytes, packages }) => [
            `\`${name}\``,
            kilobytes(bytes),
            kilobytes(textBytes),
            largest(packages),
          ]),
        },
      ],
      requirements: [
        atMost({
          what: 'bundle: what a start of the demo with telemetry loads',
          limit: LIMIT_BYTES,
          measured: whole,
          format: kilobytes,
          otherwise: 'the table below says what it is made of.',
        }),
      ],
    }
  },
}
