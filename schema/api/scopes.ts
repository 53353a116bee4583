// What a personal access token may be allowed to do. A person who signed in may do everything that they may do.

export const SCOPES = [
  "profile:read",
  "profile:write",
  "follows:read",
  "follows:write",
  "channel:read",
  "channel:write",
  "chat:read",
  "chat:write",
  "moderation",
  "stream-key",
  "admin",
] as const;

export type Scope = (typeof SCOPES)[number];
