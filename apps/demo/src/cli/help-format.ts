import { type Argument, type Command as Commander, type CommanderError, Help } from 'commander'
import { columnsOf } from '../terminal/rows.ts'
import { wrapWords } from '../terminal/wrap.ts'
import { UsageError } from '../usage-error.ts'

/** The fewest columns that are worth a column of descriptions; with fewer, each description is below its term. */
const MIN_DESCRIPTION = 30
const BELOW_TERM = 6

/** The width of a page of help. A pager reads lines for a terminal, too. */
export const helpColumns = (): number => {
  const columns = columnsOf(process.stdout)
  return columns === Number.POSITIVE_INFINITY ? 80 : columns
}

/** Wraps a page of help by words. A description continues in its own column where the terminal has room for that. */
export function wrapHelp(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap(line => wrapLine(line, columns))
    .join('\n')
}

function wrapLine(line: string, columns: number): string[] {
  if (line.length <= columns) return [line]
  const [, term = '', gap = '', description = ''] = /^( *\S.*?)( {2,})(\S.*)$/.exec(line) ?? []
  if (description === '') {
    const indent = ' '.repeat(line.length - line.trimStart().length)
    const [first = '', ...rest] = wrapWords(line.trimStart(), columns - indent.length)
    return [indent + first, ...rest.map(row => indent + row)]
  }
  const at = term.length + gap.length
  if (columns - at < MIN_DESCRIPTION) {
    const indent = ' '.repeat(BELOW_TERM)
    return [term, ...wrapWords(description, columns - BELOW_TERM).map(row => indent + row)]
  }
  const [first = '', ...rest] = wrapWords(description, columns - at)
  return [term + gap + first, ...rest.map(row => ' '.repeat(at) + row)]
}

/** The arguments of a command for its help. A list of further words is read only to say what is wrong with them. */
export const visibleArguments = (command: Commander): Argument[] =>
  command.registeredArguments.filter(({ variadic }) => !variadic)

/** A command in the list of its parent. */
export function subcommandTerm(command: Commander): string {
  const names = visibleArguments(command).map(argument =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  )
  return [command.name(), ...(command.options.length > 0 ? ['[options]'] : []), ...names].join(' ')
}

/** Shows the global options with these long names alone: the others have no effect on the command. */
export function showGlobalOptions(command: Commander, names: readonly string[]): Commander {
  return command.configureHelp({
    showGlobalOptions: true,
    visibleGlobalOptions: of =>
      Object.assign(new Help(), { showGlobalOptions: true })
        .visibleGlobalOptions(of)
        .filter(({ long }) => names.includes(long ?? '')),
  })
}

/**
 * Turns the errors of a command and its subcommands into a `UsageError` that points to the help of that command. `advice`
 * gives a better one for some messages.
 */
export function adviseOnErrors(
  command: Commander,
  advice: (message: string, path: string) => string | undefined,
  path: string = command.name(),
): void {
  command.exitOverride(error => {
    throw error.exitCode === 0 ? error : adviseOn(error, path, advice)
  })
  for (const child of command.commands) adviseOnErrors(child, advice, `${path} ${child.name()}`)
}

function adviseOn(
  error: CommanderError,
  path: string,
  advice: (message: string, path: string) => string | undefined,
): UsageError {
  // `help` with a word that is no command.
  if (error.code === 'commander.help') return new UsageError(`there is no such command. Try ${path} --help.`)
  const message = error.message.replace(/^error: /, '')
  return new UsageError(`${message}\n${advice(message, path) ?? `Try ${path} --help.`}`)
}
