import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Applications } from './applications.ts'
import { runTool } from './build.ts'

/** An application that makes every call there is, with mistakes that the compiler has to find. */
const APPLICATION = fileURLToPath(new URL('../../build-switch/application/main.ts', import.meta.url))

export const MODULE_RESOLUTIONS = ['bundler', 'nodenext'] as const

/** The options of `tsc`, as docs/bundlers.md shows them. */
export const TYPES_CONDITION = '--customConditions codex-otel'

/** Compiles the application with and without the types of the SDK, all declarations of the packages included. Returns what is wrong. */
export async function checkTypes({ otel, noop }: Applications): Promise<string[]> {
  const problems: string[] = []
  for (const [folder, condition] of [
    [otel, ` ${TYPES_CONDITION}`],
    [noop, ''],
  ] as const) {
    cpSync(APPLICATION, join(folder, 'main.ts'))
    for (const resolution of MODULE_RESOLUTIONS) {
      const module = resolution === 'bundler' ? 'esnext' : 'nodenext'
      const options = `--noEmit --strict --target es2024 --lib es2024,esnext.disposable --types node --ignoreConfig`
      const command = `tsc main.ts ${options} --module ${module} --moduleResolution ${resolution}${condition}`
      await runTool(command, folder).catch(error => problems.push(error.message))
    }
  }
  return problems
}
