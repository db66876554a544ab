import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DiagnoseOptions, Diagnosis, SignalDiagnosis } from '@codex/otel-api'
import { parse } from 'smol-toml'
import { expect } from 'vitest'
import { atEnd } from '../../worker/transport/loopback.fixture.ts'
import { diagnose } from './diagnose.ts'

/** A directory for the time of the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'codex-otel-'))
  atEnd(() => rmSync(directory, { recursive: true }))
  return directory
}

/** Runs the check for a configuration file with this text. */
export async function check(text: string, options: Partial<DiagnoseOptions> = {}): Promise<Diagnosis> {
  const diagnosis = await diagnose({
    config: parse(text).otel,
    configText: text,
    configFile: 'config.toml',
    codexHome: temporaryDirectory(),
    serviceVersion: '1.2.3',
    env: {},
    ...options,
  })
  for (const { message, advice } of diagnosis.signals) expect(`${message}${advice}`).not.toContain('\n')
  return diagnosis
}

/** Runs the check for logs that go to an exporter. */
export async function checkLogs(exporter: string, options: Partial<DiagnoseOptions> = {}): Promise<SignalDiagnosis> {
  const diagnosis = await check(`[otel]\nexporter = ${exporter}\n`, options)
  const logs = diagnosis.signals.find(({ signal }) => signal === 'logs')
  if (logs === undefined) throw new Error('the doctor reports nothing about logs')
  expect(diagnosis.ok).toBe(logs.state === 'delivered' || logs.state === 'off')
  return logs
}

export const http = (endpoint: string, more = ''): string => `{ otlp-http = { endpoint = "${endpoint}"${more} } }`
export const grpc = (endpoint: string, more = ''): string => `{ otlp-grpc = { endpoint = "${endpoint}"${more} } }`
