import { useTitle } from '../shell/use-title.ts'

export function Search() {
  useTitle('search')
  return <h1>Search</h1>
}
