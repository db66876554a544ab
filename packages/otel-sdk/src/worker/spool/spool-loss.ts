/** Why a request is no longer in the spool though it was not acknowledged. */
export type SpoolLoss =
  /** It had to make room for a newer one. */
  | 'spool-full'
  | 'expired'
  /** Another process took it over, believing this one dead, and delivers it. */
  | 'taken-over'
  /** Somebody deleted the spool. */
  | 'deleted'
