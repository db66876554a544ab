import { afterEach, describe, expect, it, vi } from 'vitest'
import { UsageError } from '../usage-error.ts'
import { parseCommandLine } from './command-line.ts'

afterEach(() => vi.restoreAllMocks())

/** The page of help that the arguments print. */
async function helpOf(...args: string[]): Promise<string> {
  let text = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    text += chunk
    return true
  })
  expect(await parseCommandLine(args)).toBeUndefined()
  vi.restoreAllMocks()
  return text
}

describe('a wrong command line', () => {
  it.each([
    [['exc', 'tour'], 'unknown command "exc"; did you mean "exec"? Try codex-demo exec "tour".'],
    [['exce', 'list', 'it'], 'Try codex-demo exec "list it".'],
    [['otle', 'doctor'], 'unknown command "otle"; did you mean "otel"? Try codex-demo otel doctor.'],
    [['exc'], 'Try codex-demo exec "a question".'],
    [['hlep'], 'did you mean "help"?'],
    [['hello'], 'unknown command "hello". To ask one question: codex-demo exec "hello"'],
    [['what', 'is', 'this'], 'To ask one question: codex-demo exec "what is this"'],
    [['otel', 'doctro'], 'unknown command otel "doctro"; did you mean "doctor"? Try codex-demo otel doctor.'],
    [['otel', 'flsh', 'now'], 'Try codex-demo otel flush.'],
    [
      ['otel', 'status'],
      'unknown command otel "status". Try codex-demo otel doctor, otel config, otel flush or otel discard.',
    ],
    [['otel'], 'Try codex-demo otel doctor, otel config, otel flush or otel discard.'],
    [['otel', 'doctor', '--bogus'], "unknown option '--bogus'\nTry codex-demo otel doctor --help."],
    [['otel', 'doctor', 'now'], 'Try codex-demo otel doctor --help.'],
    [['otel', 'flush', '--empty'], 'Try codex-demo otel flush --help.'],
    [['--bogus'], 'Try codex-demo --help.'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish.\nTry codex-demo completion --help.'],
    [['completion'], "missing required argument 'shell'\nTry codex-demo completion --help."],
    [['help', 'nonsense'], 'there is no such command. Try codex-demo --help.'],
  ])('%j is refused with advice', async (args, message) => {
    const refused = parseCommandLine(args)
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.toBeInstanceOf(UsageError)
  })
})

const OWN_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  doctor: ['--empty'],
  flush: ['--to-current', '--destination', '--yes'],
  discard: ['--destination', '--all', '--older-than', '--yes'],
}

describe('a page of help', () => {
  it.each([
    ['help', '--help'],
    ['help otel', 'otel --help'],
    ['help exec', 'exec --help'],
    ['otel help', 'otel --help'],
    ['otel help doctor', 'otel doctor --help'],
  ])('of %s is that of %s', async (words, option) => {
    expect(await helpOf(...words.split(' '))).toBe(await helpOf(...option.split(' ')))
  })

  it('names the arguments of a command, and no hidden ones', async () => {
    const page = await helpOf('--help')
    expect(page).toMatch(/^ {2}otel <command> {2}/m)
    expect(page).toMatch(/^ {2}exec \[prompt\] {2}/m)
    expect(page).not.toMatch(/\[(?:nothing|words)/)
    expect(await helpOf('exec', '--help')).not.toContain('[rest')
  })

  it.each(['doctor', 'config', 'flush', 'discard'])('of otel %s has only options with an effect', async action => {
    const page = await helpOf('otel', action, '--help')
    const options = [...page.matchAll(/^ +(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option)
    expect(options).toEqual(['--json', ...(OWN_OPTIONS[action] ?? []), '--help', '--config', '--strict-config'])
  })
})
