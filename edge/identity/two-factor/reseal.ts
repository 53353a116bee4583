// After a change of the server's secret: seals the secrets of two-factor sign-in anew, so that the old key can go.

import type { Log } from "#runtime/base/log.ts";
import type { Sql } from "#schema/database.ts";
import { replaceTotpSeal, totpSealedByOthers } from "#schema/queries/accounts/two-factor.ts";
import type { Sealing } from "../tokens/seal.ts";

const AT_ONCE = 200;
const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * All that are sealed by another key than the current one. Several edges may at once, and again at each start: what is done is
 * not found. What no key opens is left, counted and logged: its users have their recovery codes. Throws when the store is away.
 */
export async function resealTotpSecrets({ sql, sealing, log }: { sql: Sql; sealing: Sealing; log: Log }) {
  let resealed = 0;
  let closed = 0;
  for (let afterId = NOBODY; ; ) {
    const found = await totpSealedByOthers(sql, { keyName: sealing.keyName, afterId, limit: AT_ONCE });
    for (const { userId, sealed } of found) {
      const secret = sealing.open(sealed, userId);
      if (!secret) closed++;
      else {
        await replaceTotpSeal(sql, { userId, before: sealed, after: sealing.seal(secret, userId) });
        resealed++;
      }
    }
    if (found.length < AT_ONCE) break;
    afterId = found.at(-1)!.userId;
  }
  if (resealed > 0) log.info({ count: resealed }, "two-factor secrets sealed anew");
  if (closed > 0)
    log.error({ count: closed }, "two-factor secrets are sealed by a key that is gone: JWT_ACCEPTED_SECRETS");
  return { resealed, closed };
}
