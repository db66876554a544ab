// `npm run release:version`: the first step of a release.
import { nextVersion } from './packages/next-version.ts'

console.log(`The version is ${nextVersion()} now.
Read the changelogs below packages/, commit, and try the release: npm run release`)
