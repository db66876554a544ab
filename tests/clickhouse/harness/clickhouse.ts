import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { ReceivedLog } from '@codex/otlp-receiver'
import { clickhouseView } from '../../../apps/viewer/scripts/clickhouse-view.ts'
import type { Row } from './compare.ts'
import { rowOf } from './rows.ts'
import { createTable, type TableForm } from './tables.ts'

/** As much of chdb as is used here; it is not there before the first run. */
interface Session {
  query(sql: string, format?: string): string
  queryBind(sql: string, parameters: object, format?: string): string
  close(): void
}

const require = createRequire(import.meta.url)

/** ClickHouse in this process, with its data in a folder. */
export class ClickHouse {
  private readonly session: Session
  private readonly folder: string

  constructor(folder: string) {
    const { Session } = require('chdb') as { Session: new (path: string) => Session }
    this.folder = folder
    this.session = new Session(join(folder, 'clickhouse'))
  }

  get version(): string {
    return String(this.rows('SELECT version() AS version')[0]?.version)
  }

  /** Makes a database as the Collector's exporter does, with the view that is shipped, and stores the records. */
  fill(form: TableForm, records: readonly ReceivedLog[]): void {
    this.session.query(`CREATE DATABASE ${form.name}`)
    this.use(form)
    this.session.query(createTable(form))
    this.session.query(clickhouseView(form.attributes).replace(/;\s*$/, ''))
    const file = join(this.folder, `${form.name}.jsonl`)
    writeFileSync(file, records.map(record => `${JSON.stringify(rowOf(record, form))}\n`).join(''))
    const columns = Object.keys(rowOf(records[0] as ReceivedLog, form)).join(', ')
    this.session.query(`INSERT INTO otel_logs (${columns}) FROM INFILE '${file}' FORMAT JSONEachRow`)
  }

  use({ name }: TableForm): void {
    this.session.query(`USE ${name}`)
  }

  rows(sql: string, parameters?: Readonly<Record<string, string | number>>): Row[] {
    const text = parameters
      ? this.session.queryBind(sql, parameters, 'JSONEachRow')
      : this.session.query(sql, 'JSONEachRow')
    return text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
  }

  close(): void {
    this.session.close()
  }
}
