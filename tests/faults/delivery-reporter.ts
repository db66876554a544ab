import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { renderDeliveryPage } from './delivery-page.ts'
import type { DeliveryRow } from './delivery-row.ts'

const PAGE = fileURLToPath(new URL('../../docs/delivery.md', import.meta.url))
const currentLoad = (): number => loadavg()[0] ?? 0

/** Writes the results page from what the tests recorded, when all of them ran. */
export default class DeliveryReporter implements Reporter {
  private readonly loadBefore: number = currentLoad()
  private vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.vitest = vitest
  }

  async onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): Promise<void> {
    const all = (await this.vitest?.globTestSpecifications())?.length
    const tests = modules.flatMap(module => [...module.children.allTests()])
    const filtered = this.vitest?.config.testNamePattern !== undefined || modules.length !== all
    const failed = errors.length > 0 || modules.some(module => !module.ok())
    if (filtered || failed) {
      process.stdout.write(`docs/delivery.md is not written: ${failed ? 'a case failed' : 'not all cases ran'}\n`)
      return
    }
    const rows: DeliveryRow[] = tests.flatMap(test => test.meta().delivery ?? [])
    const notes = tests.flatMap(test => test.meta().deliveryNotes ?? [])
    const skipped = tests.flatMap(test => {
      const result = test.result()
      return result.state === 'skipped'
        ? [`${test.fullName}${result.note === undefined ? '' : `: ${result.note}`}`]
        : []
    })
    const load = [this.loadBefore, currentLoad()] as const
    writeFileSync(PAGE, renderDeliveryPage({ rows, notes, skipped, date: new Date(), load }))
    process.stdout.write('docs/delivery.md written\n')
  }
}
