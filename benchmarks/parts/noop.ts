import type { NoopOptions, NoopResult } from '../children/noop.ts'
import { runChild } from '../harness/child-process.ts'
import { nanoseconds } from '../harness/format.ts'
import type { Part } from '../harness/part.ts'
import { atMost } from '../harness/requirement.ts'
import { median, medianDifference } from '../harness/statistics.ts'

const LIMIT_NS = 5

/** What a call costs in a build without the feature. */
export const noop: Part = {
  name: 'noop',
  async run(bench) {
    bench.progress('an empty function and the no-op, in turn')
    const result = await runChild<NoopResult>(bench.bundles('children/noop'), {
      rounds: bench.quick ? 11 : 51,
      calls: 2_000_000,
    } satisfies NoopOptions)
    return {
      title: 'Built without the feature',
      text: 'One call at a place where the callee is looked up every time, so that the compiler cannot leave it out.',
      tables: [
        {
          columns: ['call', 'time a call'],
          rows: [
            ['an empty function', nanoseconds(median(result.emptyNs))],
            ['`emit` of the no-op', nanoseconds(median(result.noopNs))],
          ],
        },
      ],
      requirements: [
        atMost({
          what: 'no-op: an `emit` above an empty function',
          limit: LIMIT_NS,
          measured: medianDifference(result.noopNs, result.emptyNs),
          format: nanoseconds,
          otherwise: 'a call that the build has switched off costs more than a call of an empty function.',
        }),
      ],
    }
  },
}
