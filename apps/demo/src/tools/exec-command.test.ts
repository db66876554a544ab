import { describe, expect, it } from 'vitest'
import { execCommand, parseArguments, rejected } from './exec-command.ts'

describe('parseArguments', () => {
  it('reads a command, and whether it asks for more permissions', () => {
    expect(parseArguments('{"cmd":"ls"}')).toEqual({ cmd: 'ls', escalated: false, justification: undefined })
    expect(
      parseArguments('{"cmd":"ls","sandbox_permissions":"require_escalated","justification":"need it","other":1}'),
    ).toEqual({ cmd: 'ls', escalated: true, justification: 'need it' })
  })

  it.each(['', '{bad', '[]', 'null', '{}', '{"cmd":1}', '{"cmd":" "}', '{"cmd":"a\\u0000b"}'])('refuses %j', json => {
    expect(parseArguments(json)).toMatch(/^failed to parse function arguments: /)
  })
})

describe('execCommand', () => {
  const options = { cwd: '/', env: process.env, signal: new AbortController().signal }

  it('answers in the words of Codex', async () => {
    const answer = await execCommand({ ...options, command: 'echo hi; exit 3' })
    expect(answer.success).toBe(true)
    expect(answer.output).toMatch(/^Wall time: \d\.\d{4} seconds\nProcess exited with code 3\nOutput:\nhi\n$/)
  })

  it('answers with the error of a command that could not be started', async () => {
    const answer = await execCommand({ ...options, command: 'true', cwd: '/nowhere' })
    expect(answer).toMatchObject({ success: false, output: expect.stringContaining('cannot start the shell') })
  })
})

it('a rejection quotes its reason', () => {
  expect(rejected('rejected by user')).toBe(
    'exec_command failed: CreateProcess { message: "Rejected(\\"rejected by user\\")" }',
  )
})
