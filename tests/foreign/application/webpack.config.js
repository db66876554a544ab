const conditions = process.env.TELEMETRY === 'off' ? [] : ['codex-otel']

export default {
  mode: 'production',
  target: 'node22',
  entry: './agent.js',
  output: { path: `${process.cwd()}/out`, filename: 'webpack.mjs', module: true, chunkFormat: 'module' },
  experiments: { outputModule: true },
  resolve: { conditionNames: [...conditions, '...'] },
}
