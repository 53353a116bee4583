// Every Redis key, spelt once. Raw user text never becomes part of a key: callers hash it.

export const keys = {
  /** Viewers of a channel, owner → edges: a whole number. */
  viewers: (channelId: string) => `viewers:${channelId}`,
  /** Bucket of a rate limit, edge ↔ edges: a hash of `tokens` and `at`. */
  limit: (name: string, who: string) => `limit:${name}:${who}`,
  /** Returns from a sign-in provider with one OAuth state, edge ↔ edges: a whole number. */
  oauthState: (stateHash: string) => `oauth:${stateHash}`,
} as const;
