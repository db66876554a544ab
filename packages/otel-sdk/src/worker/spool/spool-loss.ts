/** Why a request left the spool without being acknowledged. */
export type SpoolLoss =
  /** The spool dropped it to stay within its size. */
  | 'spool-full'
  | 'expired'
  /** Another process took it over because it believed this one to be dead, and delivers it. */
  | 'taken-over'
  /** Another program deleted the file. */
  | 'deleted'
