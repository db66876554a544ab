// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is what is tested.

import { expect, test } from 'vitest'
import { cpuMs } from '../content/cpu-ms.fixture.ts'
import { expandVariables, variableValue } from './expand-variables.ts'

const env = { A: 'a', B_2: '$b ${A} $$', EMPTY: '', LF: 'a\n', CRLF: 'a\r\n\r\n', INNER: 'a\nb\n', BREAK: '\n' }

test.each([
  ['', ''],
  ['${A}', 'a'],
  ['x${A}y${A}z', 'xayaz'],
  ['${B_2}', '$b ${A} $$'],
  ['${A:-b}', 'a'],
  ['${NO:-b c}', 'b c'],
  ['${NO:-}', ''],
  ['${EMPTY:-b}', 'b'],
  ['${NO:-:-$}', ':-$'],
  ['$$', '$'],
  ['$${A}', '${A}'],
  ['$$${A}', '$a'],
  ['$A $ 5$', '$A $ 5$'],
  ['{A}', '{A}'],
  ['x${LF}y', 'xay'],
  ['${CRLF}', 'a'],
  ['${INNER}', 'a\nb'],
  ['${BREAK:-b}', 'b'],
])('%j becomes %j', (text, value) => {
  expect(expandVariables(text, env)).toMatchObject({ value, missing: undefined })
})

test.each([
  ['${NO}', 'NO'],
  ['${EMPTY}', 'EMPTY'],
  ['${A}${NO}${OTHER}', 'NO'],
  ['${BREAK}', 'BREAK'],
  ['${toString}', 'toString'],
  ['${__proto__}', '__proto__'],
])('%j has no value, because %s is not set', (text, missing) => {
  expect(expandVariables(text, env)).toMatchObject({ value: undefined, missing })
})

test.each(['${', '${A', '${}', '${1}', '${A-b}', '${A:b}', '${ A }', '${A:-${B_2}}'])('%j is malformed', text => {
  expect(expandVariables(text, env)).toMatchObject({ value: undefined, missing: undefined })
})

test('reads a variable of many line breaks in a time that grows with its length', () => {
  const value = `${'\n'.repeat(200_000)}x`
  const used = cpuMs(() => expect(variableValue({ TOKEN: `${value}\r\n\n` }, 'TOKEN')).toBe(value))
  expect(used).toBeLessThan(500)
})
