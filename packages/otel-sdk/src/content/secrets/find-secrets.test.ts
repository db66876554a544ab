import { expect, it } from 'vitest'
import { findSecrets, loadText } from './find-secrets.ts'
import { invented } from './testing/secret-case.ts'

it('a search goes through the text that it is given, whatever was loaded since', () => {
  const token = `npm_${invented(36)}`
  const first = loadText(`a ${token}`)
  const second = loadText('an ordinary text \\u001b[0m of more than one line\n')
  expect(findSecrets(first, 1_000, false)).toEqual([{ start: 2, end: 2 + token.length, kind: 'npm-token' }])
  expect(findSecrets(second, 1_000, false)).toEqual([])
  expect(findSecrets(first, 1_000, false)).toHaveLength(1)
  expect([first.hasEscapes, second.hasEscapes]).toEqual([false, true])
})
