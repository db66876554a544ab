import { type AssignedName, type AssignedValue, JUDGED_LIMIT } from './assignment.ts'

/** White space, also as escapes. */
const SPACE = String.raw`(?:\s|\\{1,8}[nrt]){0,64}`
/** A text, also as a section that is not parsed. */
const TEXT = String.raw`${SPACE}(?:<!\[CDATA\[)?([^<>]{1,1024})(?:>${SPACE})?<\/`
/** `<name>value</name>`. */
const ELEMENT = new RegExp(`>${TEXT}`, 'dy')
/** The rest of a tag behind an attribute's value, and the content. */
const CONTENT = new RegExp(
  String.raw`\\{0,8}["'](?:\s{1,8}[\w:.-]{1,32}=\\{0,8}["'][^"'<>\\]{0,64}\\{0,8}["']){0,4}\s{0,4}>${TEXT}([\w:.-]{1,32})`,
  'dy',
)
const ATTRIBUTE = /<([\w:.-]{1,32})\s(?:[^<>]{0,128}\s)?(?:name|key|id)=\\{0,8}["'](?:[\w.:-]{0,64}[.:])?$/i
const ATTRIBUTE_UNITS = 256
/** `<key>NAME</key><string>value</string>`, as property lists of macOS have it. */
const PROPERTY = new RegExp(String.raw`>\s{0,8}([\w.:-]{2,64})\s{0,8}<\/key>${SPACE}<(string|data)>${TEXT}\2>`, 'dy')

const found = (start: number, content: string, nameStart: number): AssignedValue => ({
  style: 'element',
  start,
  quote: undefined,
  scheme: undefined,
  head: content.slice(0, JUDGED_LIMIT).replace(/(?:\]\]|\s|\\{1,8}[nrt])+$/, ''),
  next: '<',
  nameStart,
})

/** The content of the element whose tag the name is. */
export function contentOf(text: string, name: AssignedName): AssignedValue | undefined {
  if (text[name.start - 1] !== '<') return undefined
  ELEMENT.lastIndex = name.end
  const content = ELEMENT.exec(text)
  const span = content?.indices?.[1]
  if (content === null || span === undefined || !text.startsWith(`${name.text}>`, ELEMENT.lastIndex)) return undefined
  return found(span[0], content[1] as string, name.start)
}

/** The content of the element that has the name as an attribute: `<entry key="db.password">value</entry>`. */
export function contentOfNamed(text: string, name: AssignedName): AssignedValue | undefined {
  CONTENT.lastIndex = name.end
  const content = CONTENT.exec(text)
  if (content === null) return undefined
  const before = text.slice(Math.max(0, name.start - ATTRIBUTE_UNITS), name.start)
  const tag = ATTRIBUTE.exec(before)?.[1]
  const span = content.indices?.[1]
  if (tag === undefined || tag !== content[2] || span === undefined) return undefined
  const value = found(span[0], content[1] as string, name.start)
  return name.text === name.text.toUpperCase() ? value : { ...value, tag }
}

/** The name and the value of an entry of a property list whose `<key>` stands at `name`. */
export function propertyAt(text: string, name: AssignedName): { key: string; value: AssignedValue } | undefined {
  if (name.text !== 'key' || text[name.end] !== '>' || text[name.start - 1] !== '<') return undefined
  PROPERTY.lastIndex = name.end
  const property = PROPERTY.exec(text)
  const span = property?.indices?.[3]
  if (property === null || span === undefined) return undefined
  return { key: property[1] as string, value: found(span[0], property[3] as string, name.start) }
}
