// Who asks, as everything behind the gate knows them.

import type { Scope } from "#schema/api/scopes.ts";
import type { Role } from "#schema/api/user.ts";

export interface Who {
  userId: string;
  login: string;
  /** As it was when the token was issued: a new name is seen within 15 minutes. */
  displayName: string;
  role: Role;
  /** The sign-in (device) that the token came from; null for a personal access token. */
  signInId: string | null;
  /** The personal access token itself; null for a person's sign-in. */
  tokenId: string | null;
  /** Null: a person, who may do all that they may. Else a bot, which may do these. */
  scopes: ReadonlySet<Scope> | null;
  /** Wall time of the database; of a bot, when it was last looked up. */
  issuedAtMs: number;
  /** Wall time at which the token ends; Infinity for a bot without an end. */
  expiresAtMs: number;
}
