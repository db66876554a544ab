import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'

/** The entries of a package: the name of the built file, without its extension, and the source, from the folder of the package. */
export type Entries = Readonly<Record<string, string>>

const LIBRARY = /^\/\/\/ <reference lib="[\w.]+" preserve="true" \/>$/gm

/**
 * Writes `dist/NAME.d.ts` for each entry of the package in the working directory. Each is one file: what an entry takes
 * from another entry it imports from there, and other packages stay imports. Libraries that a source asks for with
 * `/// <reference lib="..." preserve="true" />` are asked for by the file that it becomes a part of.
 * Rejects when two entries declare a type of the same name: an application that adds to it would reach one of them only.
 */
export async function bundleTypes(entries: Entries): Promise<void> {
  const cwd = process.cwd()
  const names = new Map(Object.entries(entries).map(([name, source]) => [resolve(cwd, source), name]))
  const declaredIn = new Map<string, string>()
  for (const [source, name] of names) {
    const bundle = await rolldown({
      cwd,
      input: { [name]: source },
      external: id => !id.startsWith('.') && !id.startsWith('/'),
      plugins: [
        {
          name: 'other-entries',
          resolveId(id, importer) {
            const other = importer === undefined ? undefined : names.get(resolve(importer, '..', id))
            return other === undefined || other === name ? null : { id: `./${other}.js`, external: true }
          },
        },
        dts({ cwd, dtsOnly: true, tsconfig: resolve(cwd, 'tsconfig.json') }),
      ],
    })
    const { output } = await bundle.write({ dir: 'dist', format: 'es' })
    await bundle.close()
    const { fileName, moduleIds } = output[0]
    // The bundler drops them with all other comments in front of a declaration's file.
    const libraries = new Set(
      moduleIds.flatMap(id => readFileSync(id.replace(/\.d\.ts$/, '.ts'), 'utf8').match(LIBRARY) ?? []),
    )
    if (libraries.size > 0) writeFileSync(`dist/${fileName}`, `${[...libraries].join('\n')}\n${output[0].code}`)
    for (const [, type = ''] of output[0].code.matchAll(
      /^(?:export )?(?:declare )?(?:interface|type|class|enum) (\w+)/gm,
    )) {
      const first = declaredIn.get(type)
      if (first !== undefined)
        throw new Error(`${first}.d.ts and ${name}.d.ts both declare ${type}; import it from one of the entries`)
      declaredIn.set(type, name)
    }
  }
}
