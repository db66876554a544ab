import { editDistance } from '../edit-distance.ts'
import { UsageError } from '../usage-error.ts'

/** Words as one argument of a shell. */
export const quoted = (words: readonly string[]): string => JSON.stringify(words.join(' '))

/** The command that a misspelled word means; `undefined` when it is like none of them. */
export function meantCommand(word: string, commands: readonly string[]): string | undefined {
  const near = commands
    .map(command => ({ command, distance: editDistance(word.toLowerCase(), command) }))
    // A third of the letters: "hello" is no misspelled "help".
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(word.length / 3)))
  return near.sort((a, b) => a.distance - b.distance)[0]?.command
}

/** The error about words that begin with no command: a misspelled one, or a prompt without `exec`. */
export function unknownCommand(words: readonly string[], commands: readonly string[]): UsageError {
  const [word = '', ...rest] = words
  const meant = meantCommand(word, commands)
  const unknown = `unknown command ${JSON.stringify(word)}`
  if (meant === undefined) return new UsageError(`${unknown}. To ask one question: codex-demo exec ${quoted(words)}`)
  const behind = meant === 'exec' ? quoted(rest.length > 0 ? rest : ['a question']) : rest.join(' ')
  return new UsageError(
    `${unknown}; did you mean ${JSON.stringify(meant)}? Try codex-demo ${`${meant} ${behind}`.trim()}.`,
  )
}

/** The error about a word after `otel`. */
export function unknownOtelCommand(word: string, commands: readonly string[]): UsageError {
  const meant = meantCommand(word, commands)
  const unknown = `unknown command otel ${JSON.stringify(word)}`
  return new UsageError(
    meant === undefined
      ? `${unknown}. Try codex-demo otel doctor, otel config, otel flush or otel discard.`
      : `${unknown}; did you mean ${JSON.stringify(meant)}? Try codex-demo otel ${meant}.`,
  )
}
