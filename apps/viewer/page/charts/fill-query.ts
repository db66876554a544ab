export type QueryValues = Readonly<Record<string, string | number>>

/** Puts values in place of the parameters of a query for ClickHouse, so that it runs as it is. */
export const filled = (sql: string, values: QueryValues): string =>
  sql.replace(/\{(\w+):(?:Int64|String)\}/g, (parameter, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) return parameter
    return typeof value === 'number' ? String(value) : `'${value.replace(/['\\]/g, '\\$&')}'`
  })
