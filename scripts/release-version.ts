// `npm run release:version`: the first step of a release.
import { readArguments } from '../packages/test-kit/src/read-arguments.ts'
import { nextVersion } from './packages/next-version.ts'

readArguments({}, 'npm run release:version   (it takes no arguments)')

console.log(`The version is ${nextVersion()} now.
Read the changelogs below packages/, commit, and try the release: npm run release`)
