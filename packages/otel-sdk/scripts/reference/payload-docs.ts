/** A field of a payload, as the catalogue's source describes it. */
export interface FieldDocs {
  readonly name: string
  /** The comment above it, in one line; empty when there is none. */
  readonly doc: string
  readonly optional: boolean
  /** The texts that it may be, where the type lists them; empty elsewhere. */
  readonly choices: readonly string[]
}

/** One kind of payload; most events have one. */
export interface PayloadDocs {
  readonly doc: string
  readonly fields: readonly FieldDocs[]
}

export interface EventDocs {
  readonly name: string
  readonly doc: string
  readonly payloads: readonly PayloadDocs[]
}

interface Member {
  name: string
  doc: string
  optional: boolean
  type: string
}

const COMMENT = String.raw`(?:\/\*\*(?<doc>(?:(?!\*\/)[\s\S])*)\*\/\n *)?`
const INTERFACE = new RegExp(String.raw`^${COMMENT}export interface (?<name>\w+) \{\n(?<body>[\s\S]*?)^\}`, 'gm')
const ALIAS = /^export type (?<name>\w+) = (?<type>[^{}\n]+)$/gm
const MEMBER = new RegExp(String.raw`^ {2}${COMMENT}'?(?<name>[\w.]+)'?(?<optional>\?)?: (?<type>.+)$`, 'gm')

/**
 * Reads the doc comments of the catalogue, `events.ts` of `@codex/otel-api`, in the layout that the formatter gives it.
 * A TypeScript parser is not needed for that: all of it are interfaces with one line a field.
 *
 * @throws Error when an event's payload is not found, so that a new way of writing does not shorten the page.
 */
export function readEventDocs(source: string): readonly EventDocs[] {
  const aliases = new Map(all(source, ALIAS).map(groups => [groups.name, groups.type ?? '']))
  const interfaces = new Map(
    all(source, INTERFACE).map(groups => [groups.name, { doc: oneLine(groups.doc), body: groups.body ?? '' }]),
  )
  const find = (name: string): { doc: string; body: string } => {
    const found = interfaces.get(name)
    if (found === undefined) throw new Error(`the catalogue has no interface ${name} that can be read`)
    return found
  }
  const readPayload = (name: string): PayloadDocs => {
    const { doc, body } = find(name)
    const fields = readMembers(body).map(({ type, ...field }) => ({ ...field, choices: readChoices(type, aliases) }))
    return { doc, fields }
  }
  return readMembers(find('CodexEvents').body).map(({ name, doc, type }) => ({
    name,
    doc,
    payloads: (aliases.get(type)?.split(' | ') ?? [type]).map(readPayload),
  }))
}

function readMembers(body: string): Member[] {
  return all(body, MEMBER).map(({ name = '', doc, optional, type = '' }) => ({
    name,
    doc: oneLine(doc),
    optional: optional !== undefined,
    type: type.replace(' | undefined', ''),
  }))
}

function readChoices(type: string, aliases: ReadonlyMap<string | undefined, string>): string[] {
  return [...(aliases.get(type) ?? type).matchAll(/'([^']*)'/g)].map(match => match[1] ?? '')
}

function all(text: string, pattern: RegExp): Partial<Record<string, string>>[] {
  return [...text.matchAll(pattern)].map(match => match.groups ?? {})
}

function oneLine(comment = ''): string {
  return comment
    .replace(/^\s*\* ?/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
