import { expect, it } from 'vitest'
import { HIDDEN } from '../../test/hostile-texts.ts'
import { createShownPrompts } from './shown-prompt.ts'

it.each([
  ['a plain text', 'list the files', 'list the files'],
  ['a few lines', 'one\ntwo\n', 'one⏎two⏎'],
  ['the sign of a line break', 'one⏎two', '[paste 1: one⏎two 7 characters]'],
  ['a tab', 'a\tb', '[paste 1: a\\u{9}b 3 characters]'],
  ['an escape sequence', '\u001b[31mred\u001b[0m\nx', '[paste 1: \\u{1b}[31mred\\u{1b}[0m +1 line]'],
  ['a bracket', 'a]b\tc', '[paste 1: a)b\\u{9}c 5 characters]'],
  ['many lines', 'line\n'.repeat(20), '[paste 1: line +20 lines]'],
])('%s is shown in one line, and read again as it was', (_what, text, line) => {
  const { show, read } = createShownPrompts()
  expect(show(text)).toBe(line)
  expect(show(text)).not.toMatch(HIDDEN)
  expect(read(`say: ${show(text)}, then end`)).toBe(`say: ${text}, then end`)
})

it('two long texts with the same beginning have different notes, and one text always the same', () => {
  const { show, read } = createShownPrompts()
  const [one, other] = [`${'a\n'.repeat(20)}1`, `${'a\n'.repeat(20)}2`]
  expect(show(one)).not.toBe(show(other))
  expect(show(one)).toBe(show(one))
  expect(read(`${show(one)} ${show(other)}`)).toBe(`${one} ${other}`)
})

it('a note that no text belongs to stays as it is typed', () => {
  expect(createShownPrompts().read('[paste 7: what +1 lines]')).toBe('[paste 7: what +1 lines]')
})
