// Errors of the typed client, with the codes that programs switch on.

import type { Problem } from "./api.ts";

/** A refused call of the API. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  /** Null: the answer came from something else than the API, such as a proxy. */
  readonly problem: Problem | null;

  constructor(value: unknown) {
    const problem = typeof value === "object" && value !== null && "code" in value ? (value as Problem) : null;
    super(problem ? `${problem.code}: ${problem.detail ?? problem.title}` : "the answer did not come from this API");
    this.problem = problem;
  }
}

/** A line that was not stored, or a room that was left for good. */
export class RoomError extends Error {
  override readonly name = "RoomError";
  /**
   * Of a line: the code of `refused`, such as `slow_mode`; `closed`; `too_many_waiting`.
   * Of a room: `bad_token`, `token_expired`, `no_token`, `channel_gone`, `too_many_malformed`, `unreachable`, `no_websocket`, `closed`.
   */
  readonly code: string;
  /** When the line may be sent again. Null: not said. */
  readonly retryAfterMs: number | null;
  /** Of the WebSocket. Null: none. */
  readonly closeCode: number | null;

  constructor(code: string, message = code, { retryAfterMs = null, closeCode = null, cause }: RoomErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.closeCode = closeCode;
  }
}

export interface RoomErrorDetails {
  retryAfterMs?: number | null;
  closeCode?: number | null;
  cause?: unknown;
}
