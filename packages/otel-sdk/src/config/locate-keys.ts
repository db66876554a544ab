/** Where the keys of a TOML text stand. */
export interface KeyPositions {
  /** The line, from 1, of a key, or of the innermost table around it that is written down. */
  line(path: Path): number | undefined
}

/** Of lists and inline tables in each other. */
const maxDepth = 100

type Path = readonly string[]

/** A key as it is written: in front of a value, or in the brackets of a table. */
export interface WrittenKey {
  kind: 'value' | 'table' | 'list of tables'
  /** The table in which it stands; empty for the top level, and for a table. */
  base: Path
  /** The key itself, which may have dots. */
  path: Path
  offset: number
  /** Whether it is in a list, in which a key may be written once for each item. */
  isInList: boolean
}

/**
 * Finds the keys of a TOML 1.1 text that a parser has accepted already; in any other text it finds those before the
 * mistake. It is not a parser: values are stepped over, not read.
 */
export function locateKeys(text: string): KeyPositions {
  const offsets = new Map<string, number>()
  visitKeys(text, ({ base, path, offset }) => {
    for (let length = 1; length <= path.length; length++) {
      const key = identify([...base, ...path.slice(0, length)])
      if (!offsets.has(key)) offsets.set(key, offset)
    }
  })
  return {
    line(path) {
      for (let length = path.length; length > 0; length--) {
        const offset = offsets.get(identify(path.slice(0, length)))
        if (offset !== undefined) return lineAt(text, offset)
      }
      return undefined
    },
  }
}

/** The line of an offset, from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

/** Calls `visit` for each key, in the order of the text; a value's own keys come after it. */
export function visitKeys(text: string, visit: (key: WrittenKey) => void): void {
  const scanner = new Scanner(text)
  let table: Path = []
  let depth = 0
  let lists = 0
  let isListed = false
  const readPair = (base: Path): boolean => {
    const offset = scanner.offset
    const path = scanner.path()
    if (path.length === 0 || !scanner.take('=')) return false
    visit({ kind: 'value', base, path, offset, isInList: isListed || lists > 0 })
    return readValue([...base, ...path])
  }
  const readValue = (path: Path): boolean => {
    scanner.blanks()
    if (scanner.take('{')) return readItems('}', () => readPair(path))
    if (!scanner.take('[')) return scanner.scalar()
    lists += 1
    const isRead = readItems(']', () => readValue(path))
    lists -= 1
    return isRead
  }
  const readItems = (end: string, readItem: () => boolean): boolean => {
    depth += 1
    if (depth > maxDepth) return false
    for (;;) {
      scanner.gaps()
      if (scanner.take(end)) break
      if (!readItem()) return false
      scanner.gaps()
      scanner.take(',')
    }
    depth -= 1
    return true
  }
  for (;;) {
    scanner.gaps()
    if (scanner.done) break
    const offset = scanner.offset
    if (scanner.take('[')) {
      const kind = scanner.take('[') ? 'list of tables' : 'table'
      isListed = kind === 'list of tables'
      table = scanner.path()
      if (table.length > 0) visit({ kind, base: [], path: table, offset, isInList: false })
      while (scanner.take(']'));
      if (table.length === 0) break
    } else if (!readPair(table)) break
  }
}

function identify(path: Path): string {
  return path.join('\0')
}

class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
    // A byte order mark belongs to no key.
    if (text.startsWith('\ufeff')) this.#at = 1
  }

  get offset(): number {
    return this.#at
  }

  get done(): boolean {
    return this.#at >= this.#text.length
  }

  /** Steps over spaces. */
  blanks(): void {
    this.#match(/[ \t]*/y)
  }

  /** Steps over spaces, line ends and comments. */
  gaps(): void {
    this.#match(/(?:[ \t\r\n]+|#[^\n]*)*/y)
  }

  take(character: string): boolean {
    this.blanks()
    if (this.#text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  /** A dotted key; empty where there is none. */
  path(): string[] {
    const path: string[] = []
    do {
      this.blanks()
      const key = this.#match(/[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y)
      if (key === undefined || key === '') return []
      path.push(unquote(key))
    } while (this.take('.'))
    return path
  }

  /** Steps over a value that is neither a list nor an inline table. */
  scalar(): boolean {
    const value = this.#match(
      /"""(?:[^"\\]|\\[\s\S]|"(?!""))*"{3,5}|'''(?:[^']|'(?!''))*'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,\]}#][^\n,\]}#]*/y,
    )
    return value !== undefined
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) return undefined
    this.#at += found.length
    return found
  }
}

function unquote(key: string): string {
  if (key.startsWith("'")) return key.slice(1, -1)
  if (!key.startsWith('"')) return key
  try {
    return String(JSON.parse(key))
  } catch {
    // TOML has escapes that JSON has not; such a key merely stays without a line.
    return key.slice(1, -1)
  }
}
