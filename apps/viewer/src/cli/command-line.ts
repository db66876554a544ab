import { Command, CommanderError, Option } from 'commander'
import { UsageError } from '../usage-error.ts'
import { VERSION } from '../version.ts'
import { addExportCommand, type ExportInvocation } from './export-command.ts'
import { HELP_FORMAT, helpBelow } from './help-format.ts'
import { nearest } from './nearest.ts'
import { readCount, readDurationOption } from './option-values.ts'
import { addPageOptions, readPageOptions } from './page-options.ts'
import type { ServeOptions } from './serve.ts'
import { addServeOptions, noContentOption, readServeOptions } from './serve-options.ts'
import type { PageOptions } from './serve-page.ts'
import { dbOption, type StoreOptions } from './store-file.ts'

export interface ListOptions extends StoreOptions {
  json: boolean
}

/** What the user wants. */
export type Invocation =
  | ({ name: 'serve' } & ServeOptions & StoreOptions)
  | ({ name: 'clear'; session: string | undefined; olderThanMs: number | undefined; yes: boolean } & ListOptions)
  | ({ name: 'open'; files: string[]; list: boolean } & PageOptions & Pick<ListOptions, 'json'>)
  | ({ name: 'import'; files: string[]; content: boolean } & ListOptions)
  | ExportInvocation
  | ({ name: 'sessions'; limit: number } & ListOptions)
  | ({ name: 'session'; id: string; stream: boolean } & ListOptions)

const FILES = 'files and folders with OTLP, or - for standard input'

const HELP = helpBelow(
  "Files may be OTLP in JSON lines or one JSON document, what the Collector's file exporter writes (both formats), bodies of requests (*.bin), segments of codex-otel's spool, any of them in gzip, folders of them, and - for stdin.",
  "Without a command it receives OTLP on this machine, keeps it, and serves a page that shows it; the page's address is printed. Nothing is contacted but the receiver of export --to, and at the start who has the port that agents send to: the program listens on loopback, or where --host says, and reads and writes your files.",
)

/**
 * Reads the arguments; `undefined` when help or the version was asked for and has been printed.
 * @throws UsageError
 */
export async function parseCommandLine(args: readonly string[]): Promise<Invocation | undefined> {
  let chosen: Invocation | undefined
  const program = new Command('codex-otel-viewer')
    .description('Keeps what coding agents send over OTLP in a file of yours, and shows it in a page.')
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
    .configureHelp(HELP_FORMAT)
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
  const json = (): Option => new Option('--json', 'print JSON').default(false)
  addServeOptions(program)
    // Catches the name of a command that is not there.
    .argument('[words...]')
    .action(words => {
      if (words.length > 0) throw unknownCommand(words[0], program)
      choose(readServeOptions(program))
    })
  const open = program
    .command('open')
    .description('read files and show the sessions in them in a page; nothing is kept')
    .argument('<file...>', FILES)
    .option('--list', 'print the list of sessions instead, as it is when standard output is no terminal', false)
    .option('--page', 'serve the page also when standard output is no terminal', false)
    .addOption(json())
  addPageOptions(open)
    .option('--no-open', 'do not open the page in a browser, as a terminal does')
    .action((files, { list, page, json, open, ...options }) => {
      const terminal = process.stdout.isTTY === true
      const asList = list || json || !(page || terminal)
      choose({ name: 'open', files, json, list: asList, ...readPageOptions(options), open: open && terminal })
    })
  program
    .command('import')
    .description('add files to the store; what is there already is not added again')
    .argument('<file...>', FILES)
    .addOption(dbOption())
    .addOption(json())
    .addOption(noContentOption())
    .action((files, { content, db, json }) => choose({ name: 'import', files, content, db, json }))
  addExportCommand(program, choose)
  program
    .command('sessions')
    .description('list the sessions, the newest first')
    .option('--limit <number>', 'how many', readCount, 50)
    .addOption(dbOption())
    .addOption(json())
    .action(({ limit, db, json }) => choose({ name: 'sessions', limit, db, json }))
  program
    .command('session')
    .description('show what happened in one session')
    .argument('<id>', 'its id, or the beginning of it')
    .option('--stream', "with the parts of the model's stream", false)
    .addOption(dbOption())
    .addOption(json())
    .action((id, { stream, db, json }) => choose({ name: 'session', id, stream, db, json }))
  program
    .command('clear')
    .description('remove sessions from the store for good')
    .option('--session <id>', 'this one alone')
    .addOption(
      new Option('--older-than <duration>', 'those whose last event is older, e.g. 7d')
        .argParser(readDurationOption)
        .conflicts('session'),
    )
    .option('--yes', 'needed to remove everything', false)
    .addOption(dbOption())
    .addOption(json())
    .action(({ session, olderThan, yes, db, json }) =>
      choose({ name: 'clear', session, olderThanMs: olderThan, yes, db, json }),
    )
}

function unknownCommand(word: string, program: Command): UsageError {
  const names = program.commands.map(command => command.name())
  const meant = nearest(word, names)
  const advice =
    meant === undefined
      ? `There are ${names.join(', ')}; without one it receives and serves the page.`
      : `Did you mean ${meant}?`
  return new UsageError(`unknown command ${JSON.stringify(word)}. ${advice} Try codex-otel-viewer --help.`)
}
