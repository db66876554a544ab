import { type Command, Option } from 'commander'
import { MAX_MEMORY_BYTES } from '../store/memory-path.ts'
import { UsageError } from '../usage-error.ts'
import { KEY_HEADER, KEY_VARIABLE } from './exposure.ts'
import { readDurationOption, readOrigin, readPort, readSizeOption } from './option-values.ts'
import { addPageOptions, readPageOptions } from './page-options.ts'
import type { ServeOptions } from './serve.ts'
import { dbOption, type StoreOptions } from './store-file.ts'

const DAY_MS = 86_400_000
const MB = 1_000_000
const USUAL_SIZE = 2_000 * MB
/** Of a store in memory. */
const USUAL_MEMORY_SIZE = 256 * MB
/** The rest of what SQLite gives is for what comes in between two looks at the size. */
const MAX_MEMORY_SIZE = Math.floor((MAX_MEMORY_BYTES * 0.75) / MB) * MB

export const noContentOption = (): Option =>
  new Option('--no-content', 'keep no prompts, arguments, outputs, errors and names of persons')

/** Adds the options of the program without a command. */
export function addServeOptions(program: Command): Command {
  return addPageOptions(program.optionsGroup('Page:'))
    .option('--open', 'open the page in a browser, where there is one', false)
    .optionsGroup('Receiving:')
    .addOption(
      new Option('--otlp-http <port>', 'the port of OTLP over HTTP; 0 takes a free one')
        .argParser(readPort)
        .default(4318),
    )
    .addOption(
      new Option('--otlp-grpc <port>', 'the port of OTLP over gRPC; 0 takes a free one')
        .argParser(readPort)
        .default(4317),
    )
    .addOption(new Option('--host <address>', 'where to listen, e.g. 0.0.0.0 for other machines (default: loopback)'))
    .addOption(new Option('--tls-cert <file>', 'speak TLS with this certificate in PEM'))
    .addOption(new Option('--tls-key <file>', 'and this key'))
    .addOption(new Option('--insecure', 'let other machines in without TLS').default(false))
    .addOption(
      new Option(
        '--key <key>',
        `the key that senders need, in the header ${KEY_HEADER}; on the command line other users see it`,
      ).env(KEY_VARIABLE),
    )
    .addOption(
      new Option(
        '--allow-origin <origin>',
        'let the pages of an origin send, such as https://app.example.com; may be repeated',
      )
        .argParser(readOrigin)
        .default([], 'none'),
    )
    .optionsGroup('Store:')
    .addOption(
      new Option('--retain <duration>', 'how long a session is kept after its last event')
        .argParser(readDurationOption)
        .default(30 * DAY_MS, '30d'),
    )
    .addOption(
      new Option('--max-size <size>', 'how large the store may be; the oldest sessions go first')
        .argParser(readSizeOption)
        .default(USUAL_SIZE, '2GB, or 256MB in memory'),
    )
    .addOption(dbOption())
    .option('--memory', 'keep nothing on the disk, and nothing after the end', false)
    .addOption(noContentOption())
}

/** @throws UsageError for options that do not go together */
export function readServeOptions(program: Command): { name: 'serve' } & ServeOptions & StoreOptions {
  const options = program.opts()
  const memory: boolean = options.memory
  if (memory && program.getOptionValueSource('db') === 'cli') {
    throw new UsageError('--memory keeps nothing in a file; leave out either that or --db.')
  }
  const sizeIsUsual = program.getOptionValueSource('maxSize') === 'default'
  const maxSize = memory && sizeIsUsual ? USUAL_MEMORY_SIZE : options.maxSize
  if (memory && maxSize > MAX_MEMORY_SIZE) {
    throw new UsageError(`--memory keeps ${MAX_MEMORY_SIZE / MB}MB at most; give a smaller --max-size.`)
  }
  return {
    name: 'serve',
    http: options.otlpHttp,
    grpc: options.otlpGrpc,
    host: options.host,
    tlsCert: options.tlsCert,
    tlsKey: options.tlsKey,
    insecure: options.insecure,
    key: options.key,
    allowOrigins: options.allowOrigin,
    retainMs: options.retain,
    maxSize,
    db: options.db,
    memory,
    content: options.content,
    ...readPageOptions(options as Parameters<typeof readPageOptions>[0]),
    open: options.open,
  }
}
