// Accounts that say the lines of a load: made once in the database of a system, and signed in with the system's own key. Registering hundreds of
// them over HTTP would cost minutes of hashing.

import { createAccessTokens } from "#edge/identity/tokens/access-token.ts";
import { createKeyRing } from "#edge/identity/tokens/key-ring.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import type { Sql } from "#schema/database.ts";

const nobody = () => {
  throw new Error("a load has no personal access tokens");
};

interface SpeakerAccounts {
  /** Access tokens, for 15 minutes. */
  tokens: string[];
  /** Their logins, and so their rooms. */
  logins: string[];
}

/** The first `count` of the load's accounts. A later load uses the same. */
export async function speakerAccounts(sql: Sql, secret: string, count: number): Promise<SpeakerAccounts> {
  const logins = Array.from({ length: count }, (_, n) => `load_bot_${String(n + 1).padStart(5, "0")}`);
  const ids = logins.map(() => random.uuid(clock.wallMs()));
  const channelIds = logins.map(() => random.uuid(clock.wallMs()));
  await sql`
    WITH made AS (
      INSERT INTO users (id, login, display_name, email)
      SELECT id, login, login, login || '@example.org' FROM unnest(${ids}::uuid[], ${logins}::text[]) AS new (id, login)
      ON CONFLICT DO NOTHING RETURNING id)
    INSERT INTO channels (id, user_id)
    SELECT new.channel, new.id FROM unnest(${ids}::uuid[], ${channelIds}::uuid[]) AS new (id, channel) JOIN made USING (id)`;
  const rows = await sql<{ id: string; login: string; at: number }[]>`
    SELECT id, login, (extract(epoch FROM now()) * 1000)::float8 AS at FROM users WHERE login = ANY (${logins}) ORDER BY login`;
  const issuer = createAccessTokens({
    keys: createKeyRing({ secret }),
    clock,
    random,
    revocations: { validity: () => "valid" },
    personalTokens: { verify: nobody, revokedUserOf: nobody },
  });
  const tokens: string[] = [];
  for (const { id, login, at } of rows) {
    const deviceId = random.uuid(clock.wallMs());
    const issued = { userId: id, login, displayName: login, role: "user", deviceId, issuedAtMs: at } as const;
    tokens.push((await issuer.issue(issued)).accessToken);
  }
  return { tokens, logins };
}
