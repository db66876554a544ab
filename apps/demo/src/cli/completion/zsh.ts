import { patterns } from './bash.ts'
import { type CommandNode, optionsWithValue } from './command-tree.ts'
import { shellQuote } from './shell-quote.ts'

/** The completion for zsh: a file `_codex-demo` in `fpath`, or to be sourced after `compinit`. */
export function zshCompletion(program: string, nodes: readonly CommandNode[]): string {
  const name = `_${program.replaceAll('-', '_')}`
  const valued = optionsWithValue(nodes)
  const described = (text: string, description: string): string =>
    shellQuote(`${text.replaceAll(':', '\\:')}${description === '' ? '' : `:${description}`}`)
  const values = valued.map(({ names, value }) => {
    const pattern = names.join('|')
    if (value?.kind === 'words') return `${pattern}) compadd -- ${value.words.map(shellQuote).join(' ')}; return ;;`
    return value?.kind === 'directory' ? `${pattern}) _files -/; return ;;` : `${pattern}) return ;;`
  })
  const commands = nodes.map(({ path, words, options }) => {
    const flags = options.flatMap(({ names, description }) => names.map(flag => described(flag, description)))
    const following = words.map(({ text, description }) => described(text, description))
    return `${shellQuote(path)})
      words_here=(${following.join(' ')})
      flags_here=(${flags.join(' ')}) ;;`
  })
  return `#compdef ${program}
# Completion of ${program} for zsh. In ~/.zshrc, after compinit: source <(${program} completion zsh)
${name}() {
  local at= word
  local -i i
  local -a words_here flags_here
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    case $word in
      ${valued.flatMap(({ names }) => names).join('|')}) i+=1 ;;
      -*) ;;
      *)
        case "$at $word" in
          ${patterns(nodes)}) at="$at $word" ;;
        esac ;;
    esac
  done
  if [[ $words[CURRENT] == --*=* ]]; then
    compset -P '*='
    word=\${words[CURRENT]%%=*}
  else
    word=$words[CURRENT-1]
  fi
  case $word in
    ${values.join('\n    ')}
  esac
  case $at in
    ${commands.join('\n    ')}
  esac
  if [[ $words[CURRENT] == -* || $#words_here == 0 ]]; then
    _describe -o option flags_here
  else
    _describe command words_here
  fi
}
if [[ $funcstack[1] == _${program} ]]; then
  ${name} "$@"
else
  compdef ${name} ${program}
fi
`
}
