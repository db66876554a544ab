import { useTitle } from '../shell/use-title.ts'

export function Session({ session }: { session: string; event: number | undefined }) {
  useTitle(session)
  return <h1>{session}</h1>
}
