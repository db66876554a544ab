// The `prepack` of every published package: `npm pack` and `npm publish` would leave `workspace:` and `catalog:` in its package.json.
if (process.env.CODEX_OTEL_PACK !== '1') {
  console.error(
    `${process.env.npm_package_name ?? 'This package'} is packed by "npm run pack" and published by "npm run release", both in the root of the repository.`,
  )
  process.exit(1)
}
