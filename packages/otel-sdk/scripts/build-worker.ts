import { mkdir, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { thirdPartyLicenses } from './third-party-licenses.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** gRPC loads protobuf definitions for services that are not used here: a quarter of its size, and a `require` of its own. */
export const noProtoLoader: Plugin = {
  name: 'no-proto-loader',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@grpc\/proto-loader$/ }, ({ path }) => ({ path, namespace: 'none' }))
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'throw new Error("not bundled")' }))
  },
}

/** Loaded only where it is chosen: it is larger than all the rest. */
const GRPC = '@grpc/grpc-js'

interface Bundle {
  text: string
  /** What it asks for at run time. */
  required: readonly string[]
  /** The files that it is made of, as absolute paths. */
  inputs: readonly string[]
}

async function bundle(entryPoint: string, external: readonly string[] = []): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entryPoint],
    absWorkingDir: root,
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    metafile: true,
    legalComments: 'none',
    external: [...external],
    plugins: [noProtoLoader],
  })
  const outputs = Object.values(metafile.outputs)
  const required = new Set(outputs.flatMap(({ imports }) => imports.map(({ path }) => path)))
  const foreign = [...required].filter(name => !isBuiltin(name) && !external.includes(name))
  if (foreign.length > 0) throw new Error(`the worker needs what is not in its bundle: ${foreign.join(', ')}`)
  return {
    text: outputFiles[0]?.text ?? '',
    required: [...required].filter(name => !external.includes(name)),
    inputs: outputs
      .flatMap(output => Object.keys(output.inputs))
      .filter(path => !path.startsWith('none:'))
      .map(path => resolve(root, path)),
  }
}

/**
 * Bundles the worker and writes it as a module that gives it as a text, with gRPC in it or without.
 *
 * Code made from a string resolves bare names from the working directory, which is a stranger's repository when an
 * agent works in it. So the `require` that the bundle gets knows the modules of Node's that were seen here, and no other.
 */
export async function buildWorker(): Promise<void> {
  const worker = await bundle('src/worker/entry.ts', [GRPC])
  const grpc = await bundle(GRPC)
  const builtins = JSON.stringify([...new Set([...worker.required, ...grpc.required])])
  const head = `(require => {${worker.text}
})(((load, parts) => {
  const builtins = new Set(${builtins}), loaded = {};
  const require = name => {
    if (builtins.has(name)) return load(name);
    if (parts[name] === undefined) throw new Error('not part of the worker: ' + name);
    if (loaded[name] === undefined) {
      const module = loaded[name] = { exports: {} };
      const code = load('node:zlib').inflateRawSync(Buffer.from(parts[name], 'base64')).toString();
      load('node:vm').compileFunction(code, ['module', 'exports', 'require'])(module, module.exports, require);
    }
    return loaded[name].exports;
  };
  return require;
})(require, {`
  // Compressed: most runs do not use it, and every one would read it.
  const part = `${JSON.stringify(GRPC)}: '${deflateRawSync(grpc.text, { level: 9 }).toString('base64')}'`
  await mkdir(`${root}dist`, { recursive: true })
  await writeFile(`${root}dist/THIRD-PARTY-LICENSES.txt`, await thirdPartyLicenses([...worker.inputs, ...grpc.inputs]))
  await writeFile(
    `${root}dist/worker-source.js`,
    `const head = ${JSON.stringify(head)}
const grpcPart = ${JSON.stringify(part)}
export const workerSource = ({ grpc }) => head + (grpc ? grpcPart : '') + '}))'
`,
  )
}
