import { Command as Commander, CommanderError, InvalidArgumentError, Option } from 'commander'
import { ANSWERS, type Answer } from '../agent/approver.ts'
import { APPROVAL_POLICIES, type ApprovalPolicy, SANDBOX_POLICIES, type SandboxPolicy } from '../config/settings.ts'
import { telemetryIncluded } from '../telemetry.ts'
import { VERSION } from '../version.ts'
import { addCompletionCommand } from './completion/completion-command.ts'
import { addExecCommands, adviceAbout, type ExecCommand } from './exec-commands.ts'
import { adviseOnErrors, helpColumns, subcommandTerm, wrapHelp } from './help-format.ts'
import { addOtelCommands, type OtelCommand } from './otel-commands.ts'
import { unknownCommand } from './unknown-command.ts'

/** The options of both `exec` and the conversation in the terminal. */
export interface CommonOptions {
  overrides: string[]
  directory?: string | undefined
  skipGitRepoCheck: boolean
  approvalPolicy?: ApprovalPolicy | undefined
  sandboxPolicy?: SandboxPolicy | undefined
  answers?: Answer[] | undefined
  /** The command line of a program that hands in the sign-in. */
  externalAuth?: string | undefined
  /** Whether the conversation is not stored; it cannot be resumed then. */
  ephemeral: boolean
  /** Whether a mistake in `[otel]` ends the program. Else the setting with the mistake has no effect. */
  strictConfig: boolean
}

/** The command of the user. */
export type Command = ({ name: 'repl' } | ExecCommand | OtelCommand) & CommonOptions

/** The name of this build, as `--version` prints it. */
export const BUILD_NAME: string = `codex-demo ${VERSION} (${telemetryIncluded ? '+otel' : '-otel'})`

interface ParsedOptions {
  config?: string[]
  cd?: string
  skipGitRepoCheck?: boolean
  approvalPolicy?: ApprovalPolicy
  sandbox?: SandboxPolicy
  dangerouslyBypassApprovalsAndSandbox?: boolean
  answers?: Answer[]
  externalAuth?: string
  ephemeral?: boolean
  strictConfig?: boolean
}

/**
 * Reads the arguments; `undefined` when help or the version was asked for and has been printed.
 * @throws UsageError
 */
export async function parseCommandLine(args: string[]): Promise<Command | undefined> {
  let command: Command | undefined
  const program = createProgram(chosen => {
    command = chosen
  })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    // Help or the version was printed.
    if (error instanceof CommanderError) return undefined
    throw error
  }
  return command
}

/** The command line of the program. `chosen` gets the command of the user. */
function createProgram(chosen: (command: Command) => void): Commander {
  const program = new Commander('codex-demo')
    .description('A small coding agent. Without a command it opens a conversation in the terminal.')
    .version(BUILD_NAME, '-V, --version', 'print the version and whether telemetry is built in')
    .helpOption('-h, --help', 'print this help')
    .configureOutput({
      writeOut: text => void process.stdout.write(wrapHelp(text, helpColumns())),
      // Each description in one line, which `wrapHelp` wraps.
      getOutHelpWidth: () => Number.MAX_SAFE_INTEGER,
      writeErr: () => {},
      outputError: () => {},
    })
    .argument('[words...]')
    .helpCommand('help [command]', 'print this help, or that of a command')
    .addHelpText('after', HELP)
  // The hidden argument catches a prompt without `exec`, and a misspelled command.
  program
    .configureHelp({ showGlobalOptions: true, visibleArguments: () => [], subcommandTerm })
    .usage('[options] [command]')
  for (const option of commonOptions()) program.addOption(option)
  program.action((words: string[]) => {
    if (words.length > 0) throw unknownCommand(words, [...program.commands.map(child => child.name()), 'help'])
    chosen({ name: 'repl', ...readOptions(program.opts()) })
  })
  const withOptions = (parsed: ExecCommand | OtelCommand): void => chosen({ ...parsed, ...readOptions(program.opts()) })
  addExecCommands(program, withOptions)
  addOtelCommands(program, withOptions)
  addCompletionCommand(program, text => void process.stdout.write(text))
  adviseOnErrors(program, adviceAbout)
  return program
}

function commonOptions(): Option[] {
  return [
    new Option(
      '-c, --config <key=value>',
      'override a key of config.toml; the value is TOML, or else a text',
    ).argParser((value: string, before: string[] = []) => [...before, value]),
    new Option('-C, --cd <dir>', 'work in this directory'),
    new Option('--approval-policy <policy>', 'when to ask before a command is run').choices(APPROVAL_POLICIES),
    new Option('-s, --sandbox <mode>', 'what commands may do without being asked about').choices(SANDBOX_POLICIES),
    new Option(
      '--dangerously-bypass-approvals-and-sandbox',
      'run every command without asking: --approval-policy never -s danger-full-access',
    ).conflicts(['approvalPolicy', 'sandbox']),
    new Option('--answers <list>', `answer the questions in order, for scripts: ${ANSWERS.join(',')}`).argParser(
      parseAnswers,
    ),
    new Option(
      '--external-auth <command>',
      'sign in with the ChatGPT tokens that this command prints as JSON; run again when they are refused',
    ),
    new Option('--ephemeral', 'do not store the conversation; it cannot be resumed then'),
    new Option('--strict-config', 'end with code 2 when [otel] in config.toml has a mistake'),
    new Option('--skip-git-repo-check', 'do not warn when exec works outside a git repository'),
  ]
}

function parseAnswers(list: string): Answer[] {
  return list.split(',').map(word => {
    const answer = ANSWERS.find(known => known === word.trim())
    if (answer === undefined) {
      throw new InvalidArgumentError(`${JSON.stringify(word)} is not one of ${ANSWERS.join(', ')}.`)
    }
    return answer
  })
}

function readOptions(options: ParsedOptions): CommonOptions {
  const bypass = options.dangerouslyBypassApprovalsAndSandbox === true
  return {
    overrides: options.config ?? [],
    directory: options.cd,
    skipGitRepoCheck: options.skipGitRepoCheck === true,
    approvalPolicy: bypass ? 'never' : options.approvalPolicy,
    sandboxPolicy: bypass ? 'danger-full-access' : options.sandbox,
    answers: options.answers,
    externalAuth: options.externalAuth,
    ephemeral: options.ephemeral === true,
    strictConfig: options.strictConfig === true,
  }
}

// Each paragraph in one line, which `wrapHelp` wraps.
const HELP = `
Files:
  $CODEX_HOME/config.toml          model, model_provider, [model_providers.X], [otel]; CODEX_HOME is ~/.codex by default. Without a model_provider an embedded scripted model answers, offline.
  $CODEX_HOME/demo-conversations   what was said, for exec resume; --ephemeral stores nothing.

Under read-only and workspace-write a command runs in a sandbox where bubblewrap (bwrap) works. Where it does not, every command is asked about, and without a terminal (or --answers) it is refused.

Exit codes: 0 answered (otel: all is well), 1 the model gave no answer, 2 wrong arguments or configuration, 130 interrupted.

Examples:
  codex-demo exec "list the files"
  codex-demo exec --answers accept,accept,decline tour
  codex-demo exec resume --last "and those below?"
  git diff | codex-demo exec -s danger-full-access -
`
