// Whom a moderator warns.

export interface Warned {
  /** Login of the channel. */
  channel: string;
  login: string;
  displayName: string;
  /** They are warned. */
  onDone?(): void;
}
