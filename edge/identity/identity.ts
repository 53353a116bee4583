// The parts of identity that several routes share: keys, tokens, revocations, passwords, two-factor.

import { createAudit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";
import { createRefreshTokens, type RefreshTokens } from "./devices/refresh-token.ts";
import { createPasswords, type Passwords } from "./password/hashing.ts";
import { type AccessTokens, createAccessTokens } from "./tokens/access-token.ts";
import { createKeyRing, type KeyRing } from "./tokens/key-ring.ts";
import { createPersonalTokens } from "./tokens/personal-token.ts";
import { createRevocations, type Revocations, type Validity } from "./tokens/revocations.ts";
import type { Who } from "./tokens/who.ts";
import { createTwoFactor, type TwoFactor } from "./two-factor/two-factor.ts";

export interface Auth {
  keys: KeyRing;
  passwords: Passwords;
  refreshTokens: RefreshTokens;
  revocations: Revocations;
  tokens: AccessTokens;
  twoFactor: TwoFactor;
  /** Whether a connection that outlives its request is still authenticated; `ended` also when a bot's token has expired. */
  validity(who: Who): Validity;
  /** Ends the polling of revocations. */
  stop(): void;
}

type AuthWorld = Pick<EdgeWorld, "bus" | "clock" | "config" | "database" | "log" | "random">;

export function createAuth(world: AuthWorld, { passwords = createPasswords() }: { passwords?: Passwords } = {}): Auth {
  const { bus, clock, config, database, log, random } = world;
  const { sql } = database;
  const keys = createKeyRing({ secret: config.jwtSecret, accepted: config.jwtAcceptedSecrets });
  const revocations = createRevocations({ sql, bus, clock, log });
  const personalTokens = createPersonalTokens({ sql, clock, revocations });
  const tokens = createAccessTokens({ keys, clock, random, revocations, personalTokens });
  return {
    keys,
    passwords,
    refreshTokens: createRefreshTokens(keys),
    revocations,
    tokens,
    validity: (who) =>
      who.tokenId !== null && who.expiresAtMs <= clock.wallMs() ? "ended" : revocations.validity(who),
    twoFactor: createTwoFactor({ sql, keys, clock, random, audit: createAudit({ clock, database, log, random }) }),
    stop: () => revocations.stop(),
  };
}
