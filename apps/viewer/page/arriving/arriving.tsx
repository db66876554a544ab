import { useEffect, useState } from 'preact/hooks'
import type { Info } from '../../src/web/contract.ts'
import { getInfo, isWritable } from '../api/client.ts'
import { AddButton } from '../files/add-button.tsx'
import { Refusals } from './refusals.tsx'
import { Setup } from './setup.tsx'

/** What is shown until the first event: where the viewer listens, how an agent sends there, and what was refused. */
export function Arriving() {
  const [info, setInfo] = useState<Info>()
  useEffect(() => {
    getInfo().then(setInfo, () => {})
  }, [])
  const { http, grpc } = info?.receiving ?? {}
  if (info && info.file !== null) {
    return (
      <section class="arriving">
        <h1>No session is in {info.file}</h1>
        <p>It has no event of an agent that this viewer knows. Other records in it are kept and can be exported.</p>
        <p class="add-files">
          <AddButton label="Choose other files…" /> <span>or drop them anywhere on this page.</span>
        </p>
      </section>
    )
  }
  return (
    <section class="arriving">
      <h1>Waiting for the first event</h1>
      {info ? (
        <p class="muted">
          {http || grpc ? 'Listening at ' : 'This viewer receives nothing; it was started to look at what is stored.'}
          {http ? (
            <>
              <b class="mono">{http}</b> (OTLP over HTTP)
            </>
          ) : null}
          {http && grpc ? ' and ' : ''}
          {grpc ? (
            <>
              <b class="mono">{grpc}</b> (gRPC)
            </>
          ) : null}
          {info.store.events > 0 ? ` · ${info.store.events} records without a session are stored` : ''}
        </p>
      ) : null}
      {http ? <Setup base={http} /> : null}
      {isWritable.value ? (
        <p class="add-files">
          Or show what is in files: drop them anywhere on this page, or <AddButton label="Choose files…" />
          <span class="muted">
            OTLP in JSON lines, what the Collector's file exporter writes, bodies of requests, segments of a spool; in
            gzip, too
          </span>
        </p>
      ) : null}
      <Refusals look="table" />
    </section>
  )
}
