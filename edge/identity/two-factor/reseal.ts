// Seals the secrets of two-factor again after a change of the server's secret, so that the old key can be removed.

import type { Log } from "#runtime/base/log.ts";
import type { Sql } from "#schema/database.ts";
import { replaceTotpSeal, totpSealedByOthers } from "#schema/queries/accounts/two-factor.ts";
import type { Sealing } from "../tokens/seal.ts";

const PAGE_LENGTH = 200;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Seals every secret again that is sealed by another key than the current one. Every edge runs it at its start; secrets that are done are
 * not found again. A secret that no key opens stays, and is counted and logged: its user has recovery codes. Throws when the database is
 * away.
 */
export async function resealTotpSecrets({ sql, sealing, log }: { sql: Sql; sealing: Sealing; log: Log }) {
  let resealed = 0;
  let closed = 0;
  for (let afterId = FIRST_ID; ; ) {
    const found = await totpSealedByOthers(sql, { keyName: sealing.keyName, afterId, limit: PAGE_LENGTH });
    for (const { userId, sealed } of found) {
      const secret = sealing.open(sealed, userId);
      if (!secret) closed++;
      else {
        await replaceTotpSeal(sql, { userId, before: sealed, after: sealing.seal(secret, userId) });
        resealed++;
      }
    }
    if (found.length < PAGE_LENGTH) break;
    afterId = found.at(-1)!.userId;
  }
  if (resealed > 0) log.info({ count: resealed }, "two-factor secrets resealed");
  if (closed > 0)
    log.error({ count: closed }, "two-factor secrets are sealed by a key that is gone: JWT_ACCEPTED_SECRETS");
  return { resealed, closed };
}
