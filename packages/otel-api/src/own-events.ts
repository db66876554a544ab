import type { CodexEventName, CodexEvents } from './events.ts'

/** What an attribute holds: a text, a finite number, a boolean, or a list of up to 128 of one of these. */
export type AttributeValue = string | number | boolean | readonly string[] | readonly number[] | readonly boolean[]

/**
 * The application's own events, by their names: empty here, and declared by the application, each with its attributes. A name
 * begins with `eventPrefix` and a dot.
 *
 * @example
 * declare module '@codex/otel-api' {
 *   interface OwnEvents {
 *     'my_agent.plan_changed': { steps: number; mode: 'fast' | 'careful'; reason?: string }
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is for applications to add to.
export interface OwnEvents {}

type Declared = Exclude<keyof OwnEvents, CodexEventName>

/** The name of an event, of the catalogue or of the application's own. */
export type EventName = CodexEventName | Declared

/** What `emit` takes for an event. An attribute of the application's that cannot be sent does not compile. */
export type EventPayload<Name extends EventName> = NonNullable<Events[Name]>

/** Optional, so that what is written for `CodexEvents` alone goes on to compile where an application declares events. */
type DeclaredEvents = { [Name in Declared]?: Sendable<OwnEvents[Name]> }

interface Events extends CodexEvents, DeclaredEvents {}

type Sendable<Attributes> = {
  [Attribute in keyof Attributes]: Attributes[Attribute] extends AttributeValue | null | undefined
    ? Attributes[Attribute]
    : never
}
