// Close codes of the chat WebSocket (contract §4). Its frames: schema/api/chat-frames.ts.

export const FRAME_BYTES_MAX = 64 * 1024;

/** 4000–4499: the client reconnects with `resume`. 4500–4999: it must not reconnect. */
export const close = {
  goingAway: 4000,
  noHello: 4002,
  tokenExpired: 4003,
  /** Of the work that `challenge` asked for. */
  noProof: 4005,
  tooSlow: 4008,
  tooManySockets: 4029,
  badToken: 4501,
  /** The channel was suspended or deleted. */
  channelGone: 4504,
  /** Of the client, by an admin. */
  addressBlocked: 4507,
  tooManyMalformed: 4509,
} as const;

/** The first close code that forbids reconnecting. */
export const FINAL_CLOSE_CODE_MIN = 4_500;

/** What a client does about each, for the documentation. */
export const CLOSE_MEANINGS: Record<keyof typeof close, string> = {
  goingAway: "This server goes away. Wait for the `retryAfterMs` of `bye`, and connect again with `resume`",
  noHello: "No `hello` within 10 seconds, or the server could not read it. Connect again, and send it at once",
  tokenExpired: "The token has expired, or the account has changed. Get a new token first, then connect with `resume`",
  noProof: "No good `proof` of work for the `challenge` in its time. Connect again after a pause",
  tooSlow: "The client does not read fast enough. Connect again with `resume`",
  tooManySockets: "Too many sockets of this address or user. Connect again after a longer pause",
  badToken: "The token is wrong or revoked, or lacks the scope `chat:read`",
  channelGone: "The channel was suspended or deleted",
  addressBlocked: "The address is blocked for a time",
  tooManyMalformed: "Three malformed frames. Each was answered with `refused` `bad_message` and a `detail`",
};
