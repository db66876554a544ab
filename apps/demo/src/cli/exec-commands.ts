import type { Command as Commander } from 'commander'
import type { Resume } from '../stored/find-conversation.ts'
import { UsageError } from '../usage-error.ts'

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
    .usage('[options] [prompt]')
    .configureHelp({ showGlobalOptions: true })
    .action((prompt: string | undefined) => chosen({ name: 'exec', prompt }))
  exec
    .command('resume')
    .description('ask one more question in an earlier conversation')
    .argument('[id]', 'the conversation')
    .argument('[prompt]', 'the question; - or nothing reads it from standard input')
    .option('--last', 'the latest conversation of this directory, in place of an id')
    .option('--all', 'with --last: of any directory')
    .usage('[options] <id> [prompt]\n       codex-demo exec resume [options] --last [prompt]')
    .configureHelp({ showGlobalOptions: true })
    .action((first: string | undefined, second: string | undefined, options: ResumeOptions) =>
      chosen({ name: 'exec', ...readResume(first, second, options) }),
    )
}

/**
 * The advice about an option of `exec resume` that stands after another command, for example after a misspelled `resume`.
 */
export function adviceAbout(message: string): string | undefined {
  return /unknown option '--(last|all)'/.test(message)
    ? 'That is an option of exec resume: codex-demo exec resume --last "a question".'
    : undefined
}

function readResume(
  first: string | undefined,
  second: string | undefined,
  { last, all }: ResumeOptions,
): Omit<ExecCommand, 'name'> {
  if (last) {
    if (second !== undefined) {
      throw new UsageError('with --last there is no id, and the prompt is one argument: put it into quotes')
    }
    return { prompt: first, resume: { last: all ? 'anywhere' : 'here' } }
  }
  if (all) throw new UsageError('--all goes with --last: codex-demo exec resume --last --all "a question"')
  if (first === undefined) {
    throw new UsageError(
      'exec resume needs the id of a conversation, or --last. Try codex-demo exec resume --last "a question".',
    )
  }
  return { prompt: second, resume: { id: first } }
}
