import { lazily } from '../content/lazily.ts'
import { addSecrets } from './add-secrets.ts'
import { quote } from './describe-value.ts'
import { knownTables } from './known-tables.ts'
import { visitKeys } from './locate-keys.ts'
import { describePlace, knownElsewhere, type Meaning } from './misplaced-key.ts'
import type { MistakenKeys } from './mistaken-keys.ts'
import { nearMissPattern } from './nearest-name.ts'
import { type Path, type Resolution, splitKey } from './resolution.ts'
import { contentKeys, type KeySpec, otelKeys } from './schema.ts'

/** A key outside of `[otel]`. */
interface OutsideKey {
  path: Path
  /** The text behind it up to the end of the line; `undefined` for a table, and for a key of the command line. */
  raw: string | undefined
  isValue: boolean
}

const nearOtel = lazily(() => new RegExp(`^(?:${nearMissPattern('otel')})$`, 'i'))
/** A line that begins with the name of a setting, or nearly with `otel`; and the brackets before it. */
const suspectLines = lazily(() => {
  const settings = [...Object.keys(otelKeys), ...Object.keys(contentKeys)].join('|')
  return new RegExp(`^[ \\t]*(\\[{0,2})[ \\t]*["']?(${settings}|${nearMissPattern('otel')})(?![\\w-])`, 'gim')
})
const OTEL_HEADER = /^\[{1,2}[ \t]*["']?otel["']?[ \t]*[.\]]/

/**
 * Finds what stands in the file beside `[otel]` and was most likely meant to be in it: a table whose name is a near miss of
 * `otel`, and settings at the top level. The file has other tables, of this program and of others, so a name alone does
 * not suffice: the value, or a key in the table, has to be one of telemetry's.
 */
export function findOutsideKeys(resolution: Resolution, mistaken: MistakenKeys): void {
  const byRoot = new Map<string, OutsideKey[]>()
  const add = (key: OutsideKey): void => {
    const root = key.path[0] ?? ''
    if (root !== 'otel' && isSuspect(root)) byRoot.set(root, [...(byRoot.get(root) ?? []), key])
  }
  for (const override of resolution.input.overrides ?? []) {
    add({ path: splitKey(override), raw: undefined, isValue: true })
  }
  const { text = '' } = resolution
  if (text !== '' && hasSuspects(text)) {
    visitKeys(text, ({ kind, base, path, offset, isInList }) => {
      if (isInList) return
      const raw = kind === 'value' ? /^[^=\n]*=[ \t]*([^\n]*)/.exec(text.slice(offset, offset + 400))?.[1] : undefined
      add({ path: [...base, ...path], raw, isValue: kind === 'value' })
    })
  }
  for (const [root, keys] of byRoot) {
    const isTable = isNearOtel(root)
    const isMeant = ({ path }: OutsideKey) => Object.hasOwn(otelKeys, path[1] ?? '')
    if (!keys.some(isTable ? isMeant : isSetting)) continue
    // What it was to do with a variable is unknown: the variable counts as a credential.
    addSecrets(resolution, text)
    if (isTable) {
      const inFile = resolution.line([root]) !== undefined
      resolution.report('warning', inFile ? [root] : (keys[0]?.path ?? [root]), {
        found: `the unknown table ${quote(root)}`,
        allowed: '"otel" (did you mean that?)',
        consequence: 'nothing in it has an effect',
      })
    }
    for (const key of keys) {
      const meant = ['otel', ...(isTable ? key.path.slice(1) : key.path)]
      follow(resolution, mistaken, key, meant, !isTable)
    }
  }
}

/** Whether it is worth the time to look closer: in most files nothing is. */
function hasSuspects(text: string): boolean {
  for (const { index, 1: brackets, 2: word } of text.matchAll(suspectLines())) {
    if (word === 'otel') continue
    if (brackets !== '') return true
    const header = text.lastIndexOf('\n[', index) + 1
    if (!OTEL_HEADER.test(text.slice(header, header + 40))) return true
  }
  return false
}

/** What follows from a key that was meant to be at the path `meant`. `report`: also where that is nothing. */
function follow(
  resolution: Resolution,
  mistaken: MistakenKeys,
  { path, raw }: OutsideKey,
  meant: Path,
  report: boolean,
): void {
  const ahead = meant.length - path.length
  for (let length = 2; length <= meant.length; length++) {
    const at = path.slice(0, length - ahead)
    if (resolution.isExplained(at)) continue
    const meaning = knownAt(meant.slice(0, length))
    if (meaning === undefined) continue
    const value = length === meant.length ? /^["'](\w*)/.exec(raw ?? '')?.[1] : undefined
    // Where all of the content is withheld, its keys need no word of their own.
    const isSaid = length > 2 && mistaken.content !== undefined && meaning.spec.stops === undefined
    if (isSaid || mistaken.add(meaning, at, {}, value) || !report || length > 2) continue
    resolution.explain(at)
    resolution.report('warning', at, {
      found: `the key ${quote(at.at(-1) ?? '')} outside of [otel]`,
      allowed: describePlace(meaning),
      consequence: 'it has no effect',
    })
  }
}

/** The key of the schema at this path, or else the one that has this name elsewhere. */
function knownAt(path: Path): Meaning | undefined {
  const table = path.slice(0, -1)
  const key = path.at(-1) ?? ''
  const known = knownTables(path).find(candidate => candidate.path.join('\0') === table.join('\0'))
  const spec = known !== undefined && Object.hasOwn(known.keys, key) ? known.keys[key] : undefined
  return spec === undefined ? knownElsewhere(path) : { key, spec, tables: [table] }
}

const isNearOtel = (name: string): boolean => name !== 'otel' && nearOtel().test(name)

const isSuspect = (name: string): boolean =>
  Object.hasOwn(otelKeys, name) || Object.hasOwn(contentKeys, name) || isNearOtel(name)

/** Whether a key at the top level is a setting of telemetry: that of another program may have the same name. */
function isSetting({ path, raw, isValue }: OutsideKey): boolean {
  const [root = '', child = ''] = path
  const spec: KeySpec | undefined = Object.hasOwn(otelKeys, root) ? otelKeys[root] : contentKeys[root]
  if (spec?.type === 'exporter') return true
  if (spec?.type === 'table') return Object.hasOwn(spec.keys, child)
  return spec !== undefined && isValue && path.length === 1 && (raw === undefined || looksRight(spec, raw))
}

function looksRight(spec: KeySpec, raw: string): boolean {
  switch (spec.type) {
    case 'string':
      return /^["']/.test(raw)
    case 'boolean':
      return /^(?:true|false)\b/.test(raw)
    case 'integer':
      return /^\d/.test(raw)
    case 'choice':
      return spec.values.includes(/^["'](\w*)["']/.exec(raw)?.[1] ?? '')
    case 'patterns':
      return raw.startsWith('[')
    default:
      return false
  }
}
