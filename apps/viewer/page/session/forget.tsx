import { useState } from 'preact/hooks'
import type { SessionRow } from '../../src/queries/sessions.ts'
import { forgetSession, isOfFiles, isWritable } from '../api/client.ts'
import { useAnswer } from '../api/use-answer.ts'
import { SessionTitle } from '../sessions/session-title.tsx'
import { navigate } from '../shell/router.ts'
import { useModal } from '../shell/use-modal.ts'
import { counted } from '../text/quantities.ts'

interface Forget {
  isAsked: boolean
  isGoing: boolean
  error: string | undefined
  ask(): void
  keep(): void
  confirm(): void
}

/** The way from the wish to forget a session to the list without it. */
export function useForget(session: string): Forget {
  const [step, setStep] = useState<'asked' | 'going'>()
  const [error, setError] = useState<string>()
  return {
    isAsked: step === 'asked',
    isGoing: step === 'going',
    error,
    ask() {
      setError(undefined)
      if (isWritable.value) setStep('asked')
    },
    keep: () => setStep(undefined),
    confirm() {
      setStep('going')
      forgetSession(session).then(
        () => navigate('/', { replace: true }),
        problem => {
          setError((problem as Error).message)
          setStep('asked')
        },
      )
    },
  }
}

/** Asks once, and says what goes and what stays. */
export function ForgetDialog({ session, forget }: { session: SessionRow; forget: Forget }) {
  const { isAsked, keep } = forget
  const modal = useModal(isAsked, keep)
  return (
    <dialog {...modal} class="dialog forget" aria-labelledby="forget-title">
      {isAsked ? <Question session={session} forget={forget} /> : null}
    </dialog>
  )
}

function Question({ session, forget }: { session: SessionRow; forget: Forget }) {
  const { rows } = useAnswer('belongings', { session: session.conversation_id })
  const [all] = rows ?? []
  return (
    <>
      <h2 id="forget-title">Forget this session?</h2>
      <p>
        <strong>
          <SessionTitle session={session} />
        </strong>
      </p>
      <p>It goes from the store for good, and from every open page:</p>
      <ul>
        <li>{counted(all?.events ?? session.events, 'event')} with their prompts, arguments, outputs and errors,</li>
        <li>{counted(all?.spans ?? session.spans, 'span')} of its traces,</li>
        <li>
          {all && all.points > 0
            ? `${counted(all.points, 'data point')} of its metrics,`
            : 'no metrics: none names it,'}
        </li>
        <li>its tokens, cost and times in the list and in trends.</li>
      </ul>
      <p>
        What stays: metrics that name no session,{' '}
        {isOfFiles.value ? 'the opened file as it is' : 'files that it came from'}, and what was sent or exported
        elsewhere. The same data may be added again, and an agent that still runs begins the session anew.
      </p>
      {forget.error === undefined ? null : (
        <p class="bad" role="alert">
          {forget.error}
        </p>
      )}
      <div class="choice">
        <button type="button" onClick={forget.keep}>
          Keep it
        </button>
        <button type="button" class="danger" onClick={forget.confirm}>
          Forget it
        </button>
      </div>
    </>
  )
}
