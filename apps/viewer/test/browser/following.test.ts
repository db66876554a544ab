import { expect, it } from 'vitest'
import { openPage, storeEvents, useBrowser } from './browser.fixture.ts'

useBrowser()

const TRIES = 5

it('an event is on the page within 500 ms, in the list and in its session', async () => {
  const { page, store, open } = await openPage(['a-simple'])
  const prompt = (text: string) =>
    storeEvents(store, 'arriving', [{ name: 'codex.user_prompt', at: Date.now(), attributes: { prompt: text } }])
  await prompt('The first prompt')
  await page.getByRole('link', { name: 'The first prompt' }).waitFor()
  /** Milliseconds from before it is stored until it is drawn, both by the clock of this machine. */
  const arrival = async (text: string, store: () => Promise<void>): Promise<number> => {
    const drawn = page.evaluate(
      text =>
        new Promise<number>(resolve => {
          const look = (): void => {
            if (document.body.textContent.includes(text)) resolve(Date.now())
            else requestAnimationFrame(look)
          }
          look()
        }),
      text,
    )
    const sent = Date.now()
    await store()
    return (await drawn) - sent
  }
  // What else runs on the machine makes some of them late; a page that looks seldom makes all of them late.
  const times: number[] = []
  for (let count = 0; count < TRIES; count += 1) {
    const title = `Session ${count} of them`
    const event = { name: 'codex.user_prompt', at: Date.now(), attributes: { prompt: title } }
    times.push(await arrival(title, () => storeEvents(store, `own ${count}`, [event])))
  }
  expect(Math.min(...times), `${times}`).toBeLessThan(500)

  await open('/s/arriving')
  await page.getByRole('grid', { name: 'What happened' }).getByText('The first prompt').waitFor()
  await page.getByText('● following').waitFor()
  const inSession: number[] = []
  for (let count = 0; count < TRIES; count += 1) {
    const text = `Prompt ${count} of them`
    inSession.push(await arrival(text, () => prompt(text)))
  }
  expect(Math.min(...inSession), `${inSession}`).toBeLessThan(500)
})
