import { defineConfig } from 'tsup'
import { bundleTypes } from '../../scripts/bundle-types.ts'

const entry = {
  index: 'src/index.ts',
  proto: 'src/codec/proto.ts',
  certificates: 'src/server/certificates.ts',
}

export default defineConfig({
  entry,
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  dts: false,
  removeNodeProtocol: false,
  clean: true,
  onSuccess: () => bundleTypes(entry),
})
