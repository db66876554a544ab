import { inflateText } from './inflate-text.ts'
import { partMaps } from './source-maps.ts'

/** What a part exports. */
type Functions = Readonly<Record<string, (...given: never[]) => unknown>>

const loaded = new Map<string, Functions>()

/**
 * Runs a part of this library that its build left for later, once. The build writes the calls, see `scripts/later-parts.ts`.
 * The part is handed a `require` that knows the modules of Node's alone. `compressed`: by Brotli, and in base64.
 */
export function loadPart(name: string, text: string, compressed = false): Functions {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const module: { exports: Functions } = { exports: {} }
  compile(`${name}-later.cjs`, compressed ? inflateText(text) : text)(builtin, module, module.exports)
  loaded.set(name, module.exports)
  return module.exports
}

type Require = (name: string) => unknown
type Part = (require: Require, module: { exports: Functions }, exports: Functions) => void

const builtin: Require = name => process.getBuiltinModule(name)

/**
 * Compiles by `eval`, in the realm of the code that calls: test runners such as Jest give each file of tests one of its own, and
 * what `node:vm` compiles is of another, with another `Error` and another `Map`. Where a process refuses `eval`, that has to do.
 */
function compile(file: string, text: string): Part {
  const maps = partMaps()
  const name = maps === undefined ? `codex-otel-${file}` : `${maps}${file}`
  // The maps know of the line in front.
  const program = `(function (require, module, exports) {\n${text}\n})\n//# sourceURL=${name}`
  try {
    // biome-ignore lint/security/noGlobalEval: a text of this library's own build.
    return globalThis.eval(maps === undefined ? program : `${program}\n//# sourceMappingURL=${file}.map`) as Part
  } catch {
    const { compileFunction } = process.getBuiltinModule('node:vm')
    return compileFunction(text, ['require', 'module', 'exports'], { filename: name }) as Part
  }
}
