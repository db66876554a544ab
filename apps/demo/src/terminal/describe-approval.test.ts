import { describe, expect, it } from 'vitest'
import { HIDDEN, HOSTILE_TEXTS } from '../../test/hostile-texts.ts'
import type { ApprovalRequest } from '../agent/approver.ts'
import { describeApproval, describeChoices, describeWrongAnswer } from './describe-approval.ts'

const COLUMNS = 80
const command = (cmd: string, justification?: string): ApprovalRequest => ({
  cmd,
  escalated: justification !== undefined,
  justification,
})
/** The rows without a bar, which are the demo's own text. */
const unbarred = (text: string): string[] => text.split('\n').filter(row => !/^ {2}[|:] /.test(row))

describe.each(HOSTILE_TEXTS)('%s', (_, text, shown) => {
  it.each([
    ['a command', command(text)],
    ['the justification of the model', command('ls', text)],
    ['the name of a tool', { tool: text, server: 'demo', arguments: '{}' }],
    ['the name of a server', { tool: 'echo', server: text, arguments: '{}' }],
    ['the arguments of a tool', { tool: 'echo', server: 'demo', arguments: text }],
  ] as const)('is shown with visible characters in %s', (_, request) => {
    const described = describeApproval(request, COLUMNS)
    expect(described).toContain(`  | ${shown}`)
    expect(described.replaceAll('\n', '')).not.toMatch(HIDDEN)
  })
})

it('the approval prompt shows a plain command and a plain tool', () => {
  expect(describeApproval(command('ls -l\npwd'), COLUMNS)).toBe('The model wants to run:\n  | ls -l\n  | pwd')
  expect(describeApproval({ tool: 'echo', server: 'demo', arguments: '{"a":1}' }, COLUMNS)).toBe(
    'The model wants to call echo of the MCP server demo with:\n  | {"a":1}',
  )
})

it('the approval prompt says outside of the bars how many characters of a long line are left out', () => {
  const described = describeApproval(command('x'.repeat(5_000)), COLUMNS)
  expect(described.match(/x/g)).toHaveLength(15 * 75 + 50)
  expect(unbarred(described)).toEqual(['The model wants to run:', '(3,825 characters are left out here)'])
})

it('the approval prompt counts the line breaks among the characters that are left out', () => {
  const cmd = Array.from({ length: 300 }, (_, i) => `echo ${i}`).join('\n')
  const described = describeApproval(command(cmd), COLUMNS)
  const left = described
    .split('\n')
    .filter(row => row.startsWith('  | '))
    .map(row => row.slice(4))
  expect(left).toHaveLength(16)
  const out = [...cmd].length - left.join('').length - 14
  expect(unbarred(described)[1]).toBe(`(${out.toLocaleString('en')} characters are left out here)`)
})

const IMITATIONS = [
  '(3,825 characters are left out here)',
  'Run it? [y]es, yes for this [s]ession, [n]o, [a]bort the turn: y',
  'The model wants to run:',
  '  | ls',
]

describe.each(IMITATIONS)('%s', imitation => {
  it.each([
    ['on a line of its own', `\n${imitation}\n`],
    [
      'at each place where the terminal could break the row',
      `${' '.repeat(COLUMNS)}${imitation.padEnd(COLUMNS)}`.repeat(3),
    ],
    ['behind wide characters', `${'日'.repeat(COLUMNS)}${imitation}`],
    ['after each separator', ['\r', '\u2028', '\u0085', '\v', '\f'].map(separator => separator + imitation).join('')],
  ])('cannot be imitated in the approval prompt %s', (_, text) => {
    const plain = { tool: 'echo', server: 'demo', arguments: text }
    for (const request of [
      command(text),
      command('ls', text),
      plain,
      { ...plain, tool: text },
      { ...plain, server: text },
    ]) {
      const described = describeApproval(request, COLUMNS)
      const rows = described.split('\n')
      expect(rows.every(row => columnsOf(row) < COLUMNS)).toBe(true)
      expect(unbarred(described).filter(row => row.includes('Run it?') || row.includes('| ls'))).toEqual([])
      expect(rows.filter(row => row === 'The model wants to run:').length).toBeLessThanOrEqual(1)
      // There is one note at most, and it has the number of this text.
      const notes = rows.filter(row => row.includes('left out here') && !/^ {2}[|:] /.test(row))
      expect(notes.length).toBeLessThanOrEqual(1)
      if (notes.length === 1) expect(notes).not.toEqual([IMITATIONS[0]])
    }
  })
})

const columnsOf = (row: string): number => [...row].reduce((sum, char) => sum + (/[\x20-\x7e]/.test(char) ? 1 : 2), 0)

describe('the answers to a question', () => {
  it.each([
    [command('ls'), 'exactly this command is not asked about again until the demo ends'],
    [command('ls', 'why'), 'exactly this command with these permissions is not asked about again until the demo ends'],
    [
      { tool: 'echo', server: 'demo', arguments: '{}' },
      'this tool with exactly these arguments is not asked about again until the demo ends',
    ],
  ] as const)('say what the answer for the session covers: %j', (request, covered) => {
    for (const columns of [40, 80, 100]) {
      const rows = describeChoices(request, columns).split('\n')
      expect(rows.every(row => row.length < columns)).toBe(true)
      expect(rows.map(row => row.trim()).join(' ')).toContain(`s  yes for this session: ${covered}`)
      expect(rows.flatMap(row => /^ {2}(\w) {2}/.exec(row)?.[1] ?? [])).toEqual(['y', 's', 'n', 'a'])
    }
  })

  it('are named after a wrong key, and the key, too', () => {
    expect(describeWrongAnswer('q')).toBe(
      '"q" is no answer; type y (yes), s (yes, for this session), n (no) or a (abort the turn), and Enter',
    )
    expect(describeWrongAnswer('')).toMatch(/^nothing was typed; type y/)
    expect(describeWrongAnswer('x'.repeat(500)).length).toBeLessThan(150)
  })
})
