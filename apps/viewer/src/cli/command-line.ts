import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { UsageError } from '../usage-error.ts'
import { VERSION } from '../version.ts'
import { KEY_HEADER, KEY_VARIABLE } from './exposure.ts'
import { readDuration, readSize } from './quantities.ts'
import type { ServeOptions } from './serve.ts'
import type { PageOptions } from './serve-page.ts'

/** Where the store is. */
export interface StoreOptions {
  db: string | undefined
}

export interface ListOptions extends StoreOptions {
  json: boolean
}

/** What the user wants. */
export type Invocation =
  | ({ name: 'serve' } & ServeOptions & StoreOptions)
  | ({ name: 'clear'; session: string | undefined; olderThanMs: number | undefined; yes: boolean } & ListOptions)
  | ({ name: 'open'; files: string[]; list: boolean } & PageOptions & Pick<ListOptions, 'json'>)
  | ({ name: 'import'; files: string[] } & ListOptions)
  | ({
      name: 'export'
      format: 'json' | 'proto'
      session: string | undefined
      redact: boolean
      output: string | undefined
    } & StoreOptions)
  | ({ name: 'sessions'; limit: number } & ListOptions)
  | ({ name: 'session'; id: string; stream: boolean } & ListOptions)

const HELP = `
Files may be OTLP in JSON lines or one JSON document, what the Collector's file
exporter writes (both formats), bodies of requests (*.bin), segments of
codex-otel's spool, any of them in gzip, folders of them, and - for stdin.

Without a command it receives OTLP on this machine and keeps it. Nothing is
contacted: the program listens on loopback, and reads and writes your files.`

/**
 * Reads the arguments; `undefined` when help or the version was asked for and has been printed.
 * @throws UsageError
 */
export async function parseCommandLine(args: readonly string[]): Promise<Invocation | undefined> {
  let chosen: Invocation | undefined
  const program = new Command('codex-otel-viewer')
    .description('Keeps what coding agents send over OTLP in a file of yours, and answers questions about it.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print this help, or that of a command')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .showSuggestionAfterError(true)
    // `--db` of a command is its own.
    .enablePositionalOptions()
    .usage('[options] [command]')
    .configureHelp({
      visibleArguments: ({ parent, registeredArguments }) => (parent === null ? [] : [...registeredArguments]),
    })
  addCommands(program, invocation => {
    chosen = invocation
  })
  for (const command of program.commands)
    command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return undefined
    const [first, second = ''] = program.args
    // `help` of a command that is not there.
    if (error.code === 'commander.help') throw unknownCommand(second, program)
    const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ')
    const command = program.commands.some(known => known.name() === first) ? ` ${first}` : ''
    throw new UsageError(`${message}${/[.?)]$/.test(message) ? '' : '.'} Try codex-otel-viewer${command} --help.`)
  }
  return chosen
}

function addCommands(program: Command, choose: (invocation: Invocation) => void): void {
  const db = (): Option => new Option('--db <file>', 'the file of the store').env('CODEX_OTEL_VIEWER_DB')
  const json = (): Option => new Option('--json', 'print JSON').default(false)
  const pagePort = (usual: string): Option =>
    new Option('--port <port>', `the port of the page; 0 takes a free one (default: ${usual})`).argParser(port)
  const noToken = (): Option =>
    new Option('--no-token', 'let every program and user of this machine read the page and what it shows')
  program
    // Catches the name of a command that is not there.
    .argument('[words...]')
    .addOption(
      new Option('--otlp-http <port>', 'the port of OTLP over HTTP; 0 takes a free one').argParser(port).default(4318),
    )
    .addOption(
      new Option('--otlp-grpc <port>', 'the port of OTLP over gRPC; 0 takes a free one').argParser(port).default(4317),
    )
    .addOption(new Option('--host <address>', 'where to listen, e.g. 0.0.0.0 for other machines (default: loopback)'))
    .addOption(new Option('--tls-cert <file>', 'speak TLS with this certificate in PEM'))
    .addOption(new Option('--tls-key <file>', 'and this key'))
    .addOption(new Option('--insecure', 'let other machines send without TLS').default(false))
    .addOption(
      new Option('--key <key>', `what senders have to send as ${KEY_HEADER}; others do not see the variable`).env(
        KEY_VARIABLE,
      ),
    )
    .addOption(
      new Option(
        '--allow-origin <origin>',
        'let the pages of an origin send, such as https://app.example.com; may be repeated',
      )
        .argParser(origins)
        .default([], 'none'),
    )
    .addOption(
      new Option('--retain <duration>', 'how long a session is kept after its last event')
        .argParser(quantity(readDuration, 'Write a time with its unit, such as 12h or 30d.'))
        .default(30 * DAY_MS, '30d'),
    )
    .addOption(
      new Option('--max-size <size>', 'how large the store may be; the oldest sessions go first')
        .argParser(quantity(readSize, 'Write a size with its unit, such as 500MB or 2GB.'))
        .default(2 * GB, '2GB'),
    )
    .addOption(db())
    .addOption(pagePort('4319'))
    .addOption(noToken())
    .option('--open', 'open the page in a browser, where there is one', false)
    .action((words, options) => {
      if (words.length > 0) throw unknownCommand(words[0], program)
      choose({
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
        maxSize: options.maxSize,
        db: options.db,
        port: options.port,
        token: options.token,
        open: options.open,
      })
    })
  program
    .command('clear')
    .description('remove sessions from the store for good')
    .option('--session <id>', 'this one alone')
    .addOption(
      new Option('--older-than <duration>', 'those whose last event is older, e.g. 7d')
        .argParser(quantity(readDuration, 'Write a time with its unit, such as 12h or 30d.'))
        .conflicts('session'),
    )
    .option('--yes', 'do not ask; needed to remove everything', false)
    .addOption(db())
    .addOption(json())
    .action(({ session, olderThan, yes, db, json }) =>
      choose({ name: 'clear', session, olderThanMs: olderThan, yes, db, json }),
    )
  program
    .command('open')
    .description('read files and show the sessions in them in a page; nothing is kept')
    .argument('<file...>')
    .option('--list', 'print the list of sessions instead, as it is when standard output is no terminal', false)
    .option('--page', 'serve the page also when standard output is no terminal', false)
    .addOption(json())
    .addOption(pagePort('4319, or a free one when it is taken'))
    .addOption(noToken())
    .option('--no-open', 'do not open the page in a browser, as a terminal does')
    .action((files, { list, page, json, port, token, open }) => {
      const terminal = process.stdout.isTTY === true
      const asList = list || json || !(page || terminal)
      choose({ name: 'open', files, json, list: asList, port, token, open: open && terminal })
    })
  program
    .command('import')
    .description('add files to the store; what is there already is not added again')
    .argument('<file...>')
    .addOption(db())
    .addOption(json())
    .action((files, { db, json }) => choose({ name: 'import', files, db, json }))
  program
    .command('export')
    .description('write the records as they came in, as OTLP for a Collector, another viewer or this one')
    .option('--session <id>', 'those of one session alone')
    .option('--redact', 'without prompts, arguments, outputs, errors and names of persons', false)
    .addOption(
      new Option('--format <format>', 'JSON lines, or protobuf with the length before each message')
        .choices(['json', 'proto'])
        .default('json'),
    )
    .option('-o, --output <file>', 'the file to write, which must not be there (default: standard output)')
    .addOption(db())
    .action(({ session, redact, format, output, db }) =>
      choose({ name: 'export', session, redact, format, output, db }),
    )
  program
    .command('sessions')
    .description('list the sessions, the newest first')
    .option('--limit <number>', 'how many', positive, 50)
    .addOption(db())
    .addOption(json())
    .action(({ limit, db, json }) => choose({ name: 'sessions', limit, db, json }))
  program
    .command('session')
    .description('show what happened in one session')
    .argument('<id>', 'its id, or the beginning of it')
    .option('--stream', "with the parts of the model's stream", false)
    .addOption(db())
    .addOption(json())
    .action((id, { stream, db, json }) => choose({ name: 'session', id, stream, db, json }))
}

function unknownCommand(word: string, program: Command): UsageError {
  const names = program.commands.map(command => command.name())
  const meant = names.find(name => name.startsWith(word.slice(0, 3)))
  const advice = meant === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${meant}?`
  return new UsageError(`unknown command ${JSON.stringify(word)}. ${advice} Try codex-otel-viewer --help.`)
}

const DAY_MS = 86_400_000
const GB = 1_000_000_000

const quantity =
  (read: (text: string) => number | undefined, advice: string) =>
  (text: string): number => {
    const value = read(text)
    if (value === undefined) throw new InvalidArgumentError(advice)
    return value
  }

function port(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  }
  return number
}

function origins(text: string, before: readonly string[]): string[] {
  const { origin } = URL.parse(text) ?? {}
  if (origin === undefined || origin === 'null' || origin !== text.toLowerCase()) {
    throw new InvalidArgumentError('An origin is a scheme with a host, and nothing behind it: https://app.example.com.')
  }
  return [...before, origin]
}

function positive(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number <= 0) throw new InvalidArgumentError('It must be a whole number above 0.')
  return number
}
