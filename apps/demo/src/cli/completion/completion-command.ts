import { Argument, type Command as Commander } from 'commander'
import { showGlobalOptions } from '../help-format.ts'
import { bashCompletion } from './bash.ts'
import { type CommandNode, commandTree } from './command-tree.ts'
import { fishCompletion } from './fish.ts'
import { zshCompletion } from './zsh.ts'

type Writer = (program: string, nodes: readonly CommandNode[]) => string

const WRITERS: Readonly<Record<string, Writer>> = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/**
 * Adds `completion`, which prints the completion of the program for a shell at once. That names every command and option, and
 * starts no process when it is used.
 */
export function addCompletionCommand(program: Commander, print: (text: string) => void): void {
  showGlobalOptions(program.command('completion'), [])
    .description('print the completion of a shell: bash, zsh, fish')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(WRITERS)))
    .allowExcessArguments(false)
    .addHelpText('after', HELP)
    .action((shell: string) => print(WRITERS[shell]?.(program.name(), commandTree(program)) ?? ''))
}

const HELP = `
bash  in ~/.bashrc: source <(codex-demo completion bash)
zsh   in ~/.zshrc, after compinit: source <(codex-demo completion zsh)
fish  in ~/.config/fish/config.fish: codex-demo completion fish | source
`
