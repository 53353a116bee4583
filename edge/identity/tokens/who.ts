// The authenticated asker of a request.

import type { Scope } from "#schema/api/scopes.ts";
import type { Role } from "#schema/api/user.ts";

export interface Who {
  userId: string;
  login: string;
  /** From the time when the token was issued: a change takes effect within 15 minutes. */
  displayName: string;
  role: Role;
  /** The device that holds the access token; null for a personal access token. */
  deviceId: string | null;
  /** The personal access token; null for a device. */
  tokenId: string | null;
  /** Of a bot. Null: a person, who needs no scopes. */
  scopes: ReadonlySet<Scope> | null;
  /** Wall time of the database; for a bot the time of the last query. */
  issuedAtMs: number;
  /** Wall time at which the token expires; Infinity: never. */
  expiresAtMs: number;
}
