import type { Attributes, AttributeValue } from './records.ts'

/** Sets an attribute, whatever its key is. */
export function defineAttribute(attributes: Attributes, key: string, value: AttributeValue): void {
  // A plain assignment to `__proto__` would set the prototype of the object.
  if (key === '__proto__') {
    Object.defineProperty(attributes, key, { value, enumerable: true, configurable: true, writable: true })
  } else attributes[key] = value
}
