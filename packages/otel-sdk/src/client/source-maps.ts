import { existsSync } from 'node:fs'

const FOLDER = 'codex-otel-maps/'

/**
 * The URL of the folder with the source maps of the parts, of the worker and of this library, which stands beside the file that
 * this code runs in. `undefined` unless the process was started with `--enable-source-maps` and they are there: nothing else
 * looks for them. Only what `eval` compiles is mapped, so a process that refuses it gets none.
 */
export function partMaps(): string | undefined {
  if (!process.sourceMapsEnabled) return undefined
  try {
    // biome-ignore lint/security/noGlobalEval: Node throws here with `--disallow-code-generation-from-strings`.
    globalThis.eval('0')
    // Not `import.meta.url`, which a bundle in CommonJS does not have.
    const [here] = process.getBuiltinModule('node:util').getCallSites(1, { sourceMap: false })
    if (here === undefined) return undefined
    const { scriptName } = here
    const file = scriptName.startsWith('file:')
      ? scriptName
      : process.getBuiltinModule('node:url').pathToFileURL(scriptName)
    const folder = new URL(FOLDER, file)
    return existsSync(new URL('main.cjs.map', folder)) ? folder.href : undefined
  } catch {
    // No `eval`, another runtime, or code that comes from no file.
    return undefined
  }
}

/** An error in words, with the place that it comes from: a line of the sources where the maps are, else one of the built part. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const place = /^\s+at (?:.* \()?(.+:\d+:\d+)\)?$/m.exec(error.stack ?? '')?.[1]
  return place === undefined ? error.message : `${error.message}, at ${place}`
}
