import { useTitle } from '../shell/use-title.ts'

export function Trace({ trace }: { trace: string }) {
  useTitle(trace)
  return <h1>{trace}</h1>
}
