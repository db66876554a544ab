/** Where the keys of a TOML text stand. */
export interface KeyPositions {
  /** The line, from 1, of a key, or of the innermost table around it that is written down. */
  line(path: readonly string[]): number | undefined
}

/** Of lists and inline tables in each other. */
const maxDepth = 100

/**
 * Finds the keys of a TOML 1.1 text that a parser has accepted already; in any other text it finds those before the
 * mistake. It is not a parser: values are stepped over, not read.
 */
export function locateKeys(text: string): KeyPositions {
  const offsets = new Map<string, number>()
  const scanner = new Scanner(text)
  let table: readonly string[] = []
  let depth = 0
  const record = (base: readonly string[], path: readonly string[], offset: number) => {
    for (let length = 1; length <= path.length; length++) {
      const key = identify([...base, ...path.slice(0, length)])
      if (!offsets.has(key)) offsets.set(key, offset)
    }
  }
  const readPair = (base: readonly string[]): boolean => {
    const start = scanner.offset
    const path = scanner.path()
    if (path.length === 0 || !scanner.take('=')) return false
    record(base, path, start)
    return readValue([...base, ...path])
  }
  const readValue = (path: readonly string[]): boolean => {
    scanner.blanks()
    if (scanner.take('{')) return readItems('}', () => readPair(path))
    if (scanner.take('[')) return readItems(']', () => readValue(path))
    return scanner.scalar()
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
    const start = scanner.offset
    if (scanner.take('[')) {
      scanner.take('[')
      table = scanner.path()
      record([], table, start)
      while (scanner.take(']'));
      if (table.length === 0) break
    } else if (!readPair(table)) break
  }
  return {
    line(path) {
      for (let length = path.length; length > 0; length--) {
        const offset = offsets.get(identify(path.slice(0, length)))
        if (offset !== undefined) return text.slice(0, offset).split('\n').length
      }
      return undefined
    },
  }
}

function identify(path: readonly string[]): string {
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
