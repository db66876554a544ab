import { Chunks, type MessageBytes } from './chunks.ts'
import { FieldReader, LENGTH_DELIMITED } from './field-reader.ts'

/** Both in a request and in the messages of a resource and of a scope. */
const RESOURCES = 1
const CHILDREN = 2

/** One resource, or one scope: its own fields, and the messages that it contains. */
interface Group<Content> {
  head: Uint8Array
  content: Content
}

/**
 * One OTLP request with the records of all of them, in order.
 *
 * Requests may simply be strung together, their resources being a repeated field; here neighbours with the same resource
 * and scope are also brought under one, because requests of few records are mostly resource.
 * Records are not copied: the pieces are parts of the requests. Throws `MalformedMessageError` when some bytes are no request.
 */
export function joinRequests(requests: readonly Uint8Array[]): MessageBytes {
  const [first] = requests
  if (requests.length === 1 && first !== undefined) return first
  const resources: Group<Group<Chunks>[]>[] = []
  const joined = new Chunks()
  for (const request of requests) {
    const reader = new FieldReader(request, 0, request.length)
    while (reader.next()) {
      if (reader.field === RESOURCES && reader.wire === LENGTH_DELIMITED) addResource(resources, reader)
      else joined.add(request.subarray(reader.tagStart, reader.position))
    }
  }
  for (const { head, content } of resources) {
    const resource = new Chunks()
    resource.add(head)
    for (const scope of content) {
      const message = new Chunks()
      message.add(scope.head)
      for (const part of scope.content.parts) message.add(part)
      resource.addMessage(CHILDREN, message)
    }
    joined.addMessage(RESOURCES, resource)
  }
  return joined
}

function addResource(resources: Group<Group<Chunks>[]>[], at: FieldReader): void {
  const scopes: FieldReader[] = []
  const head = headOf(at, child => scopes.push(child))
  const scopesOf = groupFor(resources, head, () => []).content
  for (const scope of scopes) {
    const runs = new Chunks()
    let from = -1
    let to = -1
    // Records follow each other: whole runs are taken over, not one by one.
    const scopeHead = headOf(scope, record => {
      if (record.tagStart !== to) {
        if (from >= 0) runs.add(record.bytes.subarray(from, to))
        from = record.tagStart
      }
      to = record.position
    })
    if (from >= 0) runs.add(scope.bytes.subarray(from, to))
    const group = groupFor(scopesOf, scopeHead, () => new Chunks())
    for (const run of runs.parts) group.content.add(run)
  }
}

/** The group that the previous request ended with when it has the same head, else a new one. */
function groupFor<Content>(groups: Group<Content>[], head: Uint8Array, create: () => Content): Group<Content> {
  const last = groups.at(-1)
  if (last !== undefined && Buffer.compare(last.head, head) === 0) return last
  const group = { head, content: create() }
  groups.push(group)
  return group
}

/** All fields of the message that `at` stands on but its children, which `onChild` gets. */
function headOf(at: FieldReader, onChild: (child: FieldReader) => void): Uint8Array {
  const message = new FieldReader(at.bytes, at.valueStart, at.valueEnd)
  const head = new Chunks()
  while (message.next()) {
    if (message.field === CHILDREN && message.wire === LENGTH_DELIMITED) onChild(positionOf(message))
    else head.add(message.bytes.subarray(message.tagStart, message.position))
  }
  return head.parts.length === 1 ? (head.parts[0] ?? head.concat()) : head.concat()
}

function positionOf(reader: FieldReader): FieldReader {
  const copy = new FieldReader(reader.bytes, reader.position, reader.end)
  copy.tagStart = reader.tagStart
  copy.valueStart = reader.valueStart
  return copy
}
