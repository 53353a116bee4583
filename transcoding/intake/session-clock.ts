// The session's clock: its saved state.

/** JSON. A clock that resumes from it dates every tag as the clock before did. */
export interface ClockState {
  /** For each kind of tag: this 32-bit time of the encoder is that session time, in ms. */
  lines: Partial<Record<"video" | "audio", { raw: number; at: number }>>;
  /** Wall time of session time 0, by the database's clock. */
  baseMs: number;
}
