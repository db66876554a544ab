import { DESCRIPTIONS, LABELS } from '../contenders/index.ts'
import type { Part } from '../harness/part.ts'

/** Who is measured, and what each does with an event. */
export const contenders: Part = {
  name: 'contenders',
  run: async () => ({
    title: 'Who is compared',
    text: 'All record the same events with the same attributes, and send them over OTLP/HTTP, binary. What differs:',
    tables: [
      {
        columns: ['contender', 'works on', 'does', 'does not'],
        rows: Object.entries(DESCRIPTIONS).map(([name, cells]) => [
          LABELS[name as keyof typeof DESCRIPTIONS],
          ...cells,
        ]),
      },
    ],
    requirements: [],
  }),
}
