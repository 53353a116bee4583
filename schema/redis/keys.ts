// Every Redis key, spelt once. Callers hash user text: raw text never becomes part of a key.

export const keys = {
  /** Viewers of a channel, owner → edges: an integer. */
  viewers: (channelId: string) => `viewers:${channelId}`,
  /** The smallest keys of all who watched a broadcast, owner ↔ owners: a sorted set. */
  uniqueViewers: (broadcastId: string) => `viewers:unique:${broadcastId}`,
  /** Token bucket of a rate limit, edge ↔ edges: a hash of `tokens` and `at`. */
  limit: (name: string, who: string) => `limit:${name}:${who}`,
  /** How often browsers returned from a provider with one OAuth state, edge ↔ edges: an integer. */
  oauthState: (stateHash: string) => `oauth:${stateHash}`,
  /** Blocked addresses by their text, admins and operator → edges: a hash of JSON. */
  blockedAddresses: () => "blocked-addresses",
  /** A proof of work that was used, edge ↔ edges: until its challenge would have expired. */
  usedChallenge: (challenge: string) => `challenge:${challenge}`,
} as const;
