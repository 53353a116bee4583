// What was fetched before the player asked for it.

/** An answer with its times on the page's steady clock. */
export interface EarlyAnswer {
  url: string;
  bytes: ArrayBuffer;
  startedMs: number;
  firstByteMs: number;
  endedMs: number;
}
