type Environment = Readonly<Record<string, string | undefined>>

/** The variables of the process, read when they are asked for. On Deno, one that it gives no permission for counts as unset. */
export function ownEnvironment(): Environment {
  if (process.versions.deno === undefined) return process.env
  return new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => read(name),
      getOwnPropertyDescriptor(_, name) {
        const value = read(name)
        return value === undefined ? undefined : { value, configurable: true, enumerable: true }
      },
    },
  )
}

function read(name: string | symbol): string | undefined {
  try {
    return typeof name === 'string' ? process.env[name] : undefined
  } catch {
    return undefined
  }
}
