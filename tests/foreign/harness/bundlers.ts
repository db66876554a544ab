import { NEWEST_NODE } from './runtimes.ts'

/** A way to make one file of an application. What stands here is what runs, and what docs/bundlers.md shows. */
export interface Bundler {
  readonly name: string
  /** Where its version is, once it is installed. */
  readonly packageName: string
  /** The file of `application/` that configures it. */
  readonly config?: string
  /** One after the other. */
  readonly commands: readonly string[]
  /** The commands without telemetry, where it is not the variable `TELEMETRY=off` of the configuration that says so. */
  readonly noopCommands?: readonly string[]
  readonly output: string
  /** The text in it, where the output is an executable that a text was put into. */
  readonly text?: string
  /** What runs its output: every runtime, these programs of `commandLine`, or none, for it is a program itself. */
  readonly runs: 'every' | readonly ('node' | 'bun')[] | 'itself'
  /** For docs/bundlers.md. */
  readonly remark: string
}

export const BUNDLERS: readonly Bundler[] = [
  {
    name: 'esbuild',
    packageName: 'esbuild',
    commands: [
      'esbuild agent.js --bundle --platform=node --format=esm --conditions=codex-otel,module --outfile=out/esbuild.mjs',
    ],
    noopCommands: [
      'esbuild agent.js --bundle --platform=node --format=esm --conditions=module --outfile=out/esbuild.mjs',
    ],
    output: 'out/esbuild.mjs',
    runs: 'every',
    remark: 'Conditions that are given replace the default of esbuild, which is `module`; so it is named again.',
  },
  {
    name: 'Rollup',
    packageName: 'rollup',
    config: 'rollup.config.js',
    commands: ['rollup --config'],
    output: 'out/rollup.mjs',
    runs: ['node'],
    remark: 'The conditions are an option of `@rollup/plugin-node-resolve`, which adds them to its own.',
  },
  {
    name: 'webpack',
    packageName: 'webpack',
    config: 'webpack.config.js',
    commands: ['webpack'],
    output: 'out/webpack.mjs',
    runs: ['node'],
    remark: "`'...'` stands for the default conditions of webpack.",
  },
  {
    name: 'Vite',
    packageName: 'vite',
    config: 'vite.config.js',
    commands: ['vite build'],
    output: 'out/vite.mjs',
    runs: ['node'],
    remark: 'A program for Node is what Vite calls an SSR build; `resolve.conditions` alone does not reach it.',
  },
  {
    name: 'tsup',
    packageName: 'tsup',
    config: 'tsup.config.js',
    commands: ['tsup'],
    output: 'out/tsup.js',
    runs: ['node'],
    remark: 'tsup has no option for conditions: esbuild, which it uses, has.',
  },
  {
    name: 'tsdown',
    packageName: 'tsdown',
    config: 'tsdown.config.js',
    commands: ['tsdown'],
    output: 'out/tsdown.mjs',
    runs: ['node'],
    remark:
      'The conditions are an option of Rolldown, which tsdown uses; those that are given replace the default ones.',
  },
  {
    name: 'bun build',
    packageName: 'bun',
    commands: ['bun build agent.js --target=node --conditions=codex-otel --outfile=out/bun.mjs'],
    noopCommands: ['bun build agent.js --target=node --outfile=out/bun.mjs'],
    output: 'out/bun.mjs',
    runs: ['node', 'bun'],
    remark: 'With `--target=node`, Node and Bun run the same file.',
  },
  {
    name: 'bun build --compile',
    packageName: 'bun',
    commands: ['bun build agent.js --compile --conditions=codex-otel --outfile=out/agent-bun'],
    noopCommands: ['bun build agent.js --compile --outfile=out/agent-bun'],
    output: 'out/agent-bun',
    runs: 'itself',
    remark: 'One executable with Bun in it. The worker is a part of it: nothing has to be copied beside it.',
  },
  {
    name: 'Node --build-sea',
    packageName: NEWEST_NODE,
    config: 'sea-config.json',
    commands: [
      'esbuild agent.js --bundle --platform=node --format=cjs --conditions=codex-otel,module --outfile=out/sea.cjs',
      'node-26 --build-sea sea-config.json',
    ],
    noopCommands: [
      'esbuild agent.js --bundle --platform=node --format=cjs --conditions=module --outfile=out/sea.cjs',
      'node-26 --build-sea sea-config.json',
    ],
    output: 'out/agent-node',
    text: 'out/sea.cjs',
    runs: 'itself',
    remark:
      'A bundle in CommonJS that Node puts into a copy of itself. `--build-sea` needs Node 25.5; before, `postject` does that step.',
  },
]
