// The scopes of personal access tokens. A signed-in person needs no scopes.

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
