import { type CommandNode, type OptionNode, optionsWithValue } from './command-tree.ts'
import { fishQuote } from './shell-quote.ts'

/** The completion for fish. */
export function fishCompletion(program: string, nodes: readonly CommandNode[]): string {
  const at = `__${program.replaceAll('-', '_')}_at`
  const names = optionsWithValue(nodes).flatMap(option => option.names)
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => fishQuote(path))
  const lines = nodes.flatMap(({ path, words, options }) => {
    const here = `complete -c ${program} -n ${fishQuote(`${at} ${fishQuote(path)}`)}`
    return [
      ...words.map(({ text, description }) => `${here} -a ${fishQuote(text)}${descriptionOf(description)}`),
      ...options.map(option => `${here}${flagsOf(option)}${behind(option)}${descriptionOf(option.description)}`),
    ]
  })
  return `# Completion of ${program} for fish. In ~/.config/fish/config.fish: ${program} completion fish | source
function ${at}
  set -l at ''
  set -l skips 0
  for word in (commandline -opc)[2..-1]
    if test $skips = 1
      set skips 0
      continue
    end
    switch $word
      case ${names.map(fishQuote).join(' ')}
        set skips 1
      case '-*'
      case '*'
        switch "$at $word"
          case ${paths.join(' ')}
            set at "$at $word"
        end
    end
  end
  test "$at" = "$argv[1]"
end
complete -c ${program} -e
complete -c ${program} -f
${lines.join('\n')}
`
}

const descriptionOf = (text: string): string => (text === '' ? '' : ` -d ${fishQuote(text)}`)

const flagsOf = ({ names }: OptionNode): string =>
  names.map(name => (name.startsWith('--') ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`)).join('')

function behind({ value }: OptionNode): string {
  if (value === undefined) return ''
  if (value.kind === 'words') return ` -x -a ${fishQuote(value.words.join(' '))}`
  return value.kind === 'directory' ? " -x -a '(__fish_complete_directories)'" : ' -x'
}
