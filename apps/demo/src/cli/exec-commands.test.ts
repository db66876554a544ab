import { describe, expect, it } from 'vitest'
import { UsageError } from '../usage-error.ts'
import { parseCommandLine } from './command-line.ts'
import { examplePrompt } from './exec-commands.ts'

describe('exec resume', () => {
  it.each([
    [['resume', 'ID', 'a question'], { resume: { id: 'ID' }, prompt: 'a question' }],
    [['resume', 'ID'], { resume: { id: 'ID' }, prompt: undefined }],
    [['resume', '--last', 'a question'], { resume: { last: 'here' }, prompt: 'a question' }],
    [['resume', '--last'], { resume: { last: 'here' }, prompt: undefined }],
    [['resume', '--last', '--all', '--ephemeral', 'q'], { resume: { last: 'anywhere' }, prompt: 'q', ephemeral: true }],
    [
      ['resume', '--last', '--skip-git-repo-check', '-s', 'read-only', 'q'],
      { sandboxPolicy: 'read-only', prompt: 'q' },
    ],
    [['a question'], { prompt: 'a question', ephemeral: false }],
  ])('reads %j', async (args, expected) => {
    expect(await parseCommandLine(['exec', ...args])).toMatchObject({ name: 'exec', ...expected })
  })

  it.each([
    [['resume'], 'needs the id of a conversation, or --last'],
    [['resume', '--all', 'ID'], '--all goes with --last'],
    [['resume', '--last', 'a', 'b'], 'put it into quotes: codex-demo exec resume --last "a b"'],
    [['resume', '--last', 'a', 'b', 'c'], 'put it into quotes: codex-demo exec resume --last "a b c"'],
    [['resume', 'ID', 'a', 'b'], 'too many arguments: the prompt is one argument, so put it into quotes'],
    [['hello', 'world', 'again'], 'put it into quotes: codex-demo exec "hello world again"'],
    [['resmue', 'ID', 'a'], 'did you mean codex-demo exec resume?'],
    [['--bogus'], 'Try codex-demo exec --help.'],
    [['resume', '--bogus'], 'Try codex-demo exec resume --help.'],
    [['resume', '--lats', 'a'], 'Did you mean --last?'],
    [['resmue', '--last', 'a'], 'That is an option of exec resume'],
  ])('refuses %j and tells the user what to do', async (args, message) => {
    const refused = parseCommandLine(['exec', ...args])
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.toBeInstanceOf(UsageError)
  })
})

it.each([
  [undefined, 'codex-demo exec "list the files"'],
  [{ id: 'ID' }, 'codex-demo exec resume ID "and then?"'],
  [{ last: 'here' }, 'codex-demo exec resume --last "and then?"'],
  [{ last: 'anywhere' }, 'codex-demo exec resume --last --all "and then?"'],
] as const)('the example of a prompt for %j is of the same command', (resume, example) => {
  expect(examplePrompt(resume)).toBe(example)
})
