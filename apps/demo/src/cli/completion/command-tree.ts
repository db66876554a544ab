import type { Command as Commander, Option } from 'commander'

/** A command of the program, as a shell completes it. */
export interface CommandNode {
  /** The words of the command after the program's name: ` otel doctor`, empty for the program itself. */
  path: string
  /** What can follow: commands, and the values of an argument. */
  words: readonly Word[]
  options: readonly OptionNode[]
}

export interface Word {
  text: string
  description: string
}

export interface OptionNode {
  /** `-s` and `--sandbox`. */
  names: readonly string[]
  description: string
  /** What stands behind it; absent where nothing does. */
  value?: { kind: 'words'; words: readonly string[] } | { kind: 'directory' } | { kind: 'other' } | undefined
}

/** The program and its commands, with the options that their pages of help name. */
export function commandTree(program: Commander): CommandNode[] {
  return nodesOf(program, '')
}

function nodesOf(command: Commander, path: string): CommandNode[] {
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const words = commands.map(child => ({ text: child.name(), description: child.description() }))
  const values = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])
  const node: CommandNode = {
    path,
    words: [...words, ...values.map(text => ({ text, description: '' }))],
    options: [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)].map(readOption),
  }
  const children = commands.flatMap(child => {
    const childPath = `${path} ${child.name()}`
    // The command `help` takes the name of another one.
    if (!command.commands.includes(child)) return [{ path: childPath, words, options: [] }]
    return nodesOf(child, childPath)
  })
  return [node, ...children]
}

function readOption({ short, long, description, argChoices, required, optional, flags }: Option): OptionNode {
  const names = [short, long].filter(name => name !== undefined)
  if (!required && !optional) return { names, description }
  if (argChoices !== undefined) return { names, description, value: { kind: 'words', words: argChoices } }
  return { names, description, value: { kind: /<dir>/.test(flags) ? 'directory' : 'other' } }
}

/** The options of all commands that have a value, each with its names. One name means the same in each command. */
export function optionsWithValue(nodes: readonly CommandNode[]): OptionNode[] {
  const found = new Map<string, OptionNode>()
  for (const option of nodes.flatMap(({ options }) => options)) {
    if (option.value !== undefined) found.set(option.names.join('|'), option)
  }
  return [...found.values()]
}
