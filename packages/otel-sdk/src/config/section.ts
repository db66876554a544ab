import type { Signal } from '../catalogue/signals.ts'
import { isAllowed } from './check-value.ts'
import {
  describeAllowed,
  describeHidden,
  describeName,
  describeSuggestion,
  describeValue,
  quote,
} from './describe-value.ts'
import { canonicalName } from './known-tables.ts'
import { describeMeaning, meaningOf } from './misplaced-key.ts'
import { nearestName } from './nearest-name.ts'
import { isTable, type Table, type TableValue } from './read-table.ts'
import type { Origin, Path, Resolution } from './resolution.ts'
import type { KeySpec, Keys } from './schema.ts'
import { firstVariable, parseVariable } from './standard-variables.ts'

const hiddenTypes: ReadonlySet<KeySpec['type']> = new Set(['headers', 'command', 'patterns', 'url'])

export interface SectionOptions {
  resolution: Resolution
  keys: Keys
  table: Table
  path: Path
  /** What a wrong value does, where the default cannot stand in for it: `logs are not exported`. */
  off?: string | undefined
  /** Values that count in place of those in the table, and where what they come from stands. */
  instead?: ReadonlyMap<string, { value: TableValue; path: Path }> | undefined
}

/** The keys of one table that are known and hold what they may. Everything else is reported when it is made. */
export class Section {
  readonly path: Path
  /** Whether a value was wrong that no default can stand in for. */
  readonly failed: boolean
  /** The keys that each unknown one resembles; `undefined` for one that resembles none. */
  readonly resembled: ReadonlySet<string | undefined>
  readonly #resolution: Resolution
  readonly #keys: Keys
  readonly #values = new Map<string, { value: TableValue; path: Path }>()

  constructor(options: SectionOptions) {
    const { resolution, keys, table, path, off, instead } = options
    this.path = path
    this.#resolution = resolution
    this.#keys = keys
    let failed = false
    const resembled = new Set<string | undefined>()
    for (const [written, value] of table) {
      const at = [...path, written]
      const key = canonicalName(keys, written)
      const spec = key === undefined ? undefined : keys[key]
      if (key === undefined || spec === undefined) {
        if (resolution.isExplained(at)) continue
        resembled.add(nearestName(written, Object.keys(keys)))
        reportUnknown(resolution, keys, at)
      } else if (this.#values.has(key)) {
        reportTwice(resolution, at, key)
      } else if (isAllowed(spec, value)) {
        this.#values.set(key, { value, path: at })
      } else {
        const stops = off ?? spec.stops
        failed ||= stops !== undefined
        reportWrong(resolution, spec, at, value, stops)
        if (spec.whenWrong !== undefined) this.#values.set(key, { value: spec.whenWrong, path: at })
      }
    }
    for (const [key, safe] of instead ?? []) this.#values.set(key, safe)
    this.failed = failed
    this.resembled = resembled
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  /** The value in the file, of the type that the schema names. */
  get<Value>(key: string): Value | undefined {
    return this.#values.get(key)?.value as Value | undefined
  }

  /** Where the key stands, or would stand. */
  pathOf(key: string): Path {
    return this.#values.get(key)?.path ?? [...this.path, key]
  }

  /** A table in this one; empty where there is none. */
  inner(key: string, instead?: SectionOptions['instead']): Section {
    const resolution = this.#resolution
    const spec = this.#keys[key]
    const value = this.get(key)
    const table: Table = isTable(value) ? value : new Map()
    const keys = spec?.type === 'table' ? spec.keys : {}
    return new Section({ resolution, keys, table, path: [...this.path, key], instead })
  }

  /**
   * The value in effect, noted as a setting: of the file, else of the standard variables, else the default. `signal`: whose
   * variables are asked; without it none is.
   */
  effective<Value extends string | number | boolean | undefined>(key: string, signal?: Signal): Value {
    const resolution = this.#resolution
    const value = this.get<Value>(key)
    const spec = this.#keys[key]
    const set =
      value === undefined && spec !== undefined && signal !== undefined
        ? parseVariable<NonNullable<Value>>(resolution, spec, firstVariable(resolution, spec, signal))
        : undefined
    const effective = value ?? set?.value ?? spec?.default
    const origin: Origin =
      set !== undefined
        ? { from: 'environment', variable: set.variable }
        : value === undefined
          ? { from: 'default' }
          : resolution.origin(this.pathOf(key))
    if (effective !== undefined) resolution.setting([...this.path, key], effective, origin)
    return (typeof effective === 'bigint' ? Number(effective) : effective) as Value
  }
}

function reportUnknown(resolution: Resolution, keys: Keys, path: Path): void {
  resolution.report('warning', path, {
    found: `the unknown key ${quote(path.at(-1) ?? '')}`,
    allowed: describeMeaning(meaningOf(path, keys), path, keys),
    consequence: 'it has no effect',
  })
}

function reportTwice(resolution: Resolution, path: Path, key: string): void {
  resolution.report('warning', path, {
    found: 'a second spelling of the same key',
    allowed: quote(key),
    consequence: 'the first one counts',
  })
}

function describeWrong(spec: KeySpec, value: TableValue): string {
  if (spec.type === 'table') return describeName(value)
  // A PEM block, or the token that the file was to hold.
  if (spec.type === 'path' && typeof value === 'string') return describeHidden(value)
  return hiddenTypes.has(spec.type) ? describeHidden(value) : describeValue(value)
}

function reportWrong(
  resolution: Resolution,
  spec: KeySpec,
  path: Path,
  value: TableValue,
  off: string | undefined,
): void {
  const fallback = spec.whenWrong ?? spec.default
  const consequence = off ?? (fallback === undefined ? 'it has no effect' : `${JSON.stringify(fallback)} is used`)
  resolution.report(off === undefined ? 'warning' : 'error', path, {
    found: describeWrong(spec, value),
    allowed: describeAllowed(spec) + describeSuggestion(spec, value),
    consequence,
  })
}
