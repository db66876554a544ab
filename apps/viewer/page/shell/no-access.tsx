import { enter } from '../api/access.ts'
import { access } from '../api/client.ts'

/** Says why the page has no data, or no new data, and the way out. */
export function NoAccess({ reason }: { reason: 'locked' | 'ended' }) {
  if (reason === 'locked') {
    return (
      <section class="notice" role="alert">
        <h1>This address needs its token</h1>
        <p>
          The viewer prints an address that ends with <code>#t=…</code> in its terminal each time it starts, and the
          token in it is good for that run. Open that address once; this browser then knows it, and this page goes on by
          itself.
        </p>
        <p>Other users of this machine and other web pages cannot read your sessions without it.</p>
      </section>
    )
  }
  return (
    <section class="notice strip" role="alert">
      <p>
        <strong>The viewer has ended.</strong> What is below is what arrived before. Start it again, and open the
        address that it prints.
      </p>
      <button
        type="button"
        onClick={() => {
          access.value = 'entering'
          void enter()
        }}
      >
        Try again
      </button>
    </section>
  )
}
