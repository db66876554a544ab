/** Thrown when the user ends the turn by the answer `abort` or by Ctrl-C. */
export class TurnAborted extends Error {
  override readonly name = 'TurnAborted'
}
