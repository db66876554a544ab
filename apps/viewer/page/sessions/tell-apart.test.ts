import { expect, it } from 'vitest'
import { tellApart } from './tell-apart.ts'

const session = (conversation_id: string, title: string | null) => ({ conversation_id, title })

it('sessions with one title have the beginnings of their ids that tell them apart, and others have none', () => {
  const apart = tellApart([
    session('01a229a0-d038-7e82', 'Give me the tour'),
    session('01a229a0-d202-7f6c', 'Give me the tour'),
    session('01a229a0-d202-7000', 'Another one'),
    session('ff-1', null),
    session('0123456789', null),
  ])
  expect([...apart]).toEqual([
    ['01a229a0-d038-7e82', '01a229a0-d0'],
    ['01a229a0-d202-7f6c', '01a229a0-d2'],
    ['0123456789', '01234567'],
    ['ff-1', 'ff-1'],
  ])
})

it('one session that is named often needs nothing to be told', () => {
  expect(tellApart([session('a', 'x'), session('a', 'x')]).size).toBe(0)
  const long = ['1', '2'].map(end => session(`a-long-beginning-of-an-id-${end}-more`, 'x'))
  expect([...tellApart(long).values()]).toEqual(['…-an-id-1', '…-an-id-2'])
  expect([...tellApart([session('12345678', 'x'), session('123456789', 'x')]).values()]).toEqual([
    '12345678',
    '123456789',
  ])
})
