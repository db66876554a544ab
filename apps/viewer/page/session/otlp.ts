/** A value in OTLP/JSON. */
interface JsonValue {
  stringValue?: string
  intValue?: string | number
  boolValue?: boolean
  doubleValue?: number | string
  bytesValue?: string
  arrayValue?: { values?: JsonValue[] }
  kvlistValue?: { values?: JsonAttribute[] }
}

interface JsonAttribute {
  key?: string
  value?: JsonValue
}

interface Message {
  resourceLogs?: {
    resource?: { attributes?: JsonAttribute[] }
    scopeLogs?: {
      scope?: { name?: string; version?: string; attributes?: JsonAttribute[] }
      logRecords?: { attributes?: JsonAttribute[]; body?: JsonValue }[]
    }[]
  }[]
}

export interface AttributeGroup {
  name: string
  attributes: { key: string; value: string }[]
}

/** The attributes of a message with one log record, those of its resource behind them. */
export function attributesOf(otlp: unknown): AttributeGroup[] {
  const [resourceLogs] = (otlp as Message | null)?.resourceLogs ?? []
  const [scopeLogs] = resourceLogs?.scopeLogs ?? []
  const [record] = scopeLogs?.logRecords ?? []
  const body = record?.body ? [{ key: 'body', value: record.body }] : []
  return [
    { name: 'Event', attributes: texts([...body, ...(record?.attributes ?? [])]) },
    { name: 'Resource', attributes: texts(resourceLogs?.resource?.attributes) },
    { name: 'Scope', attributes: texts(scopeLogs?.scope?.attributes) },
  ].filter(({ attributes }) => attributes.length > 0)
}

const texts = (attributes: readonly JsonAttribute[] = []): AttributeGroup['attributes'] =>
  attributes.map(({ key = '', value }) => ({ key, value: valueText(value) }))

function valueText(value: JsonValue | undefined): string {
  if (value?.arrayValue) return `[${(value.arrayValue.values ?? []).map(valueText).join(', ')}]`
  if (value?.kvlistValue)
    return `{${texts(value.kvlistValue.values)
      .map(pair => `${pair.key}: ${pair.value}`)
      .join(', ')}}`
  return String(
    value?.stringValue ?? value?.intValue ?? value?.boolValue ?? value?.doubleValue ?? value?.bytesValue ?? '',
  )
}
