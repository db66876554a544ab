// `npm run check:packages`: looks for faults of the published packages in their tarballs.
import { packAll } from './packages/pack-all.ts'
import { verifyTarballs } from './packages/verify-tarballs.ts'

const tarballs = await packAll()
const problems = await verifyTarballs(tarballs)
for (const problem of problems) console.error(`${problem}\n`)
console.log(
  problems.length === 0
    ? `publint, attw and the rules of the release find nothing wrong with ${tarballs.length} packages.`
    : `${problems.length} problems in ${tarballs.length} packages.`,
)
process.exitCode = problems.length === 0 ? 0 : 1
