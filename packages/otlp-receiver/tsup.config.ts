import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/codec/proto.ts', 'src/server/certificates.ts'],
  format: 'esm',
  target: 'node22',
  dts: false,
  clean: true,
})
