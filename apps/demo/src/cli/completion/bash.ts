import { type CommandNode, optionsWithValue } from './command-tree.ts'
import { shellQuote } from './shell-quote.ts'

const DIRECTORIES = `local IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur"))`

/** The completion for bash, from version 3.2 on. */
export function bashCompletion(program: string, nodes: readonly CommandNode[]): string {
  const name = `_${program.replaceAll('-', '_')}`
  const valued = optionsWithValue(nodes)
  const values = valued.map(({ names, value }) => {
    const pattern = names.join('|')
    if (value?.kind === 'words') return `${pattern}) words=${shellQuote(value.words.join(' '))} ;;`
    if (value?.kind === 'directory') return `${pattern}) ${DIRECTORIES}; return ;;`
    return `${pattern}) return ;;`
  })
  const commands = nodes.map(({ path, words, options }) => {
    const flags = options.flatMap(({ names }) => names).join(' ')
    return `${shellQuote(path)}) words=${shellQuote(words.map(({ text }) => text).join(' '))}; flags=${shellQuote(flags)} ;;`
  })
  return `# Completion of ${program} for bash. In ~/.bashrc: source <(${program} completion bash)
${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at= words= flags= word i
  COMPREPLY=()
  # bash takes --option=value apart.
  if [[ $cur == '=' ]]; then
    cur=
  elif [[ $prev == '=' ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${valued.flatMap(({ names }) => names).join('|')})
        i=$((i + 1))
        if [[ \${COMP_WORDS[i]} == '=' ]]; then i=$((i + 1)); fi
        ;;
      -*) ;;
      *)
        case "$at $word" in
          ${patterns(nodes)}) at="$at $word" ;;
        esac
        ;;
    esac
  done
  case $prev in
    ${values.join('\n    ')}
    *)
      case $at in
        ${commands.join('\n        ')}
      esac
      if [[ $cur == -* || -z $words ]]; then words=$flags; fi
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F ${name} ${program}
`
}

/** The paths of the commands as alternatives of a `case`, without that of the program. */
export const patterns = (nodes: readonly CommandNode[]): string =>
  nodes
    .filter(({ path }) => path !== '')
    .map(({ path }) => shellQuote(path))
    .join('|')
