/** The user ended the turn: by answering `abort`, or with Ctrl-C. */
export class TurnAborted extends Error {
  override readonly name = 'TurnAborted'
}
