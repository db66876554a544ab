import { MAX_TAG_LENGTH } from '../../content/sanitize-tags.ts'
import { isLong, MAX_TAGS } from './metric-names.ts'
import type { Series } from './series.ts'

interface Node<Leaf> {
  leaf: Leaf | undefined
  readonly next: Map<unknown, Node<Leaf>>
}

const MAX_PATHS = 8192

/**
 * Finds the series of a name and tags without building a text from them: one look-up for each name, key and value. The
 * same tags in another order are another path to the same series.
 */
export class TagTree {
  private readonly names = new Map<unknown, Node<Series>>()
  private paths = 0

  /** The series, if the path is known; `too-many` where there are more tags than a measurement may have. */
  find(name: string, tags: Readonly<Record<string, unknown>> | undefined): Series | 'too-many' | undefined {
    if (isLong(tags)) return 'too-many'
    let node = this.names.get(name)
    let count = 0
    // Once only: of an object with very many keys the engine takes milliseconds to list them.
    for (const key in tags) {
      if (++count > MAX_TAGS) return 'too-many'
      node = node?.next.get(key)?.next.get(tags[key])
    }
    return node?.leaf
  }

  /**
   * Remembers a path that `find` did not know, unless it has a value that is an object or a longer text than a tag. A
   * full tree keeps what it has and takes no more paths.
   */
  insert(name: string, tags: Readonly<Record<string, unknown>> | undefined, series: Series): void {
    if (this.paths >= MAX_PATHS || !isSmall(name)) return
    for (const key in tags) if (!isSmall(key) || !isSmall(tags[key])) return
    this.paths++
    let node = step(this.names, name)
    for (const key in tags) node = step(step(node.next, key).next, tags[key])
    node.leaf = series
  }
}

/** The same for tags whose keys are known: the path of a series is its values alone, for each set of keys. */
export class ValueTree<Keys extends object, Leaf> {
  private readonly roots = new Map<unknown, Node<Leaf>>()
  private paths = 0

  find(keys: Keys, values: readonly unknown[]): Leaf | undefined {
    let node = this.roots.get(keys)
    for (let i = 0; i < values.length; i++) node = node?.next.get(values[i])
    return node?.leaf
  }

  insert(keys: Keys, values: readonly unknown[], leaf: Leaf): void {
    if (this.paths >= MAX_PATHS || !values.every(isSmall)) return
    this.paths++
    let node = step(this.roots, keys)
    for (const value of values) node = step(node.next, value)
    node.leaf = leaf
  }
}

/** Whether it may be kept for as long as the process runs. */
const isSmall = (part: unknown): boolean =>
  typeof part === 'string'
    ? part.length <= MAX_TAG_LENGTH
    : part === null || !['object', 'function'].includes(typeof part)

function step<Leaf>(from: Map<unknown, Node<Leaf>>, to: unknown): Node<Leaf> {
  let node = from.get(to)
  if (node === undefined) {
    node = { leaf: undefined, next: new Map() }
    // A part of a longer text would keep all of that text in memory: it is copied.
    from.set(typeof to === 'string' ? JSON.parse(JSON.stringify(to)) : to, node)
  }
  return node
}
