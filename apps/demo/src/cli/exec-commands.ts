import type { Command as Commander } from 'commander'
import type { Resume } from '../stored/find-conversation.ts'
import { UsageError } from '../usage-error.ts'
import { subcommandTerm, visibleArguments } from './help-format.ts'
import { meantCommand, quoted } from './unknown-command.ts'

/** The command `exec`: one question, in a new conversation or in an earlier one. */
export interface ExecCommand {
  name: 'exec'
  prompt: string | undefined
  resume?: Resume | undefined
}

interface ResumeOptions {
  last?: boolean
  all?: boolean
}

/** Adds `exec` and `exec resume`. */
export function addExecCommands(program: Commander, chosen: (command: ExecCommand) => void): void {
  const exec = program
    .command('exec')
    .description('ask one question and print the answer')
    .argument('[prompt]', 'the question; - or nothing reads it from standard input')
    .argument('[rest...]')
    .usage('[options] [prompt]')
    .configureHelp({ showGlobalOptions: true, visibleArguments, subcommandTerm })
    .action((prompt: string | undefined, rest: string[]) => {
      if (rest.length > 0) throw tooManyWords([prompt as string, ...rest])
      chosen({ name: 'exec', prompt })
    })
  exec
    .command('resume')
    .description('ask one more question in an earlier conversation')
    .argument('[id]', 'the conversation')
    .argument('[prompt]', 'the question; - or nothing reads it from standard input')
    .argument('[rest...]')
    .option('--last', 'the latest conversation of this directory, in place of an id')
    .option('--all', 'with --last: of any directory')
    .usage('[options] <id> [prompt]\n       codex-demo exec resume [options] --last [prompt]')
    .configureHelp({ showGlobalOptions: true, visibleArguments })
    .action((first: string | undefined, second: string | undefined, rest: string[], options: ResumeOptions) =>
      chosen({ name: 'exec', ...readResume(first, second, rest, options) }),
    )
}

function tooManyWords(words: readonly string[]): UsageError {
  const [first = '', ...rest] = words
  if (meantCommand(first, ['resume']) !== undefined) {
    return new UsageError(`unknown command exec ${JSON.stringify(first)}; did you mean codex-demo exec resume?`)
  }
  return new UsageError(
    `too many arguments: the prompt is one argument, so put it into quotes: codex-demo exec ${quoted([first, ...rest])}`,
  )
}

/** Better advice than the page of help for some errors. */
export function adviceAbout(message: string, path: string): string | undefined {
  // Such an option stands after another command, for example after a misspelled `resume`.
  if (/unknown option '--(last|all)'/.test(message)) {
    return 'That is an option of exec resume: codex-demo exec resume --last "a question".'
  }
  return path === 'codex-demo otel' && /missing required argument/.test(message)
    ? 'Try codex-demo otel doctor, otel config, otel flush or otel discard.'
    : undefined
}

function readResume(
  first: string | undefined,
  second: string | undefined,
  rest: readonly string[],
  { last, all }: ResumeOptions,
): Omit<ExecCommand, 'name'> {
  if (last) {
    if (second !== undefined) {
      const prompt = quoted([first as string, second, ...rest])
      throw new UsageError(
        `with --last there is no id, and the prompt is one argument, so put it into quotes: codex-demo exec resume --last ${prompt}`,
      )
    }
    return { prompt: first, resume: { last: all ? 'anywhere' : 'here' } }
  }
  if (all) throw new UsageError('--all goes with --last: codex-demo exec resume --last --all "a question"')
  if (first === undefined) {
    throw new UsageError(
      'exec resume needs the id of a conversation, or --last. Try codex-demo exec resume --last "a question".',
    )
  }
  if (rest.length > 0) {
    const prompt = quoted([second as string, ...rest])
    throw new UsageError(
      `too many arguments: the prompt is one argument, so put it into quotes: codex-demo exec resume ${first} ${prompt}`,
    )
  }
  return { prompt: second, resume: { id: first } }
}

/** A command line with an example of a prompt, in place of one without a prompt. */
export function examplePrompt(resume: Resume | undefined): string {
  if (resume === undefined) return 'codex-demo exec "list the files"'
  const which = 'id' in resume ? resume.id : resume.last === 'here' ? '--last' : '--last --all'
  return `codex-demo exec resume ${which} "and then?"`
}
