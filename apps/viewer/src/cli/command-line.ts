import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { UsageError } from '../usage-error.ts'
import { VERSION } from '../version.ts'

/** Where the store is. */
export interface StoreOptions {
  db: string | undefined
}

export interface ListOptions extends StoreOptions {
  json: boolean
}

/** What the user wants. */
export type Invocation =
  | ({ name: 'open'; files: string[] } & Pick<ListOptions, 'json'>)
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
Files may be OTLP in JSON lines or one JSON document, what the Collector's file exporter writes (both formats), bodies of
requests (*.bin), segments of codex-otel's spool, any of them in gzip, folders of them, and - for standard input.

Nothing is contacted: the program reads and writes files of yours alone.`

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
    if (error.code === 'commander.help') throw new UsageError('name a command. Try codex-otel-viewer --help.')
    const message = error.message.replace(/^error: /, '')
    throw new UsageError(`${message}${/[.?)]$/.test(message) ? '' : '.'} Try codex-otel-viewer --help.`)
  }
  return chosen
}

function addCommands(program: Command, choose: (invocation: Invocation) => void): void {
  const db = (): Option => new Option('--db <file>', 'the file of the store').env('CODEX_OTEL_VIEWER_DB')
  const json = (): Option => new Option('--json', 'print JSON').default(false)
  program
    .command('open')
    .description('read files and list the sessions in them; nothing is kept')
    .argument('<file...>')
    .addOption(json())
    .action((files, { json }) => choose({ name: 'open', files, json }))
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

function positive(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number <= 0) throw new InvalidArgumentError('It must be a whole number above 0.')
  return number
}
