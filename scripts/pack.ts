// Writes tarballs of all published packages into dist/packages/. `npm run pack` builds them first.
import { relative } from 'node:path'
import { readArguments } from '../packages/test-kit/src/read-arguments.ts'
import { packAll } from './packages/pack-all.ts'
import { ROOT } from './packages/public-packages.ts'

readArguments({}, 'npm run pack   (it takes no arguments)')

for (const { file, bytes, contents } of await packAll()) {
  console.log(`${relative(ROOT, file)}  ${contents.length} files, ${Math.ceil(bytes / 1000)} kB`)
}
