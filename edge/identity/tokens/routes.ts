// Serves schema/api/personal-tokens.ts. Only a signed-in person manages tokens, a bot never.

import { Refusal } from "#runtime/actor/actor.ts";
import { endToken, listTokens, makeToken, TOKENS_MAX, type TokenView } from "#schema/api/personal-tokens.ts";
import type { Scope } from "#schema/api/scopes.ts";
import {
  type AccessTokenRow,
  accessTokensOf,
  addAccessToken,
  endAccessToken,
} from "#schema/queries/accounts/personal-tokens.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Reauthentication } from "../account/reauthentication.ts";
import type { EmailSender } from "../email/sender.ts";
import type { Auth } from "../identity.ts";
import { newPersonalToken } from "./personal-token.ts";

interface TokenRoutesParts {
  auth: Pick<Auth, "revocations">;
  reauthentication: Reauthentication;
  emails: EmailSender;
  audit: Audit;
}

export function tokenRoutes({ clock, database, random }: EdgeWorld, parts: TokenRoutesParts): Served[] {
  const { sql } = database;
  const { reauthentication, emails, audit } = parts;
  const { revocations } = parts.auth;

  return [
    serve(listTokens, async ({ who }) => ({
      items: (await accessTokensOf(sql, who.userId)).map(view),
      nextCursor: null,
    })),
    serve(makeToken, async ({ who, body, ...visit }) => {
      const account = await reauthentication.accountOf(who);
      await reauthentication.enforce(account, who, body.password);
      if (body.scopes.includes("admin") && account.role === "user")
        throw new Refusal("forbidden", "the scope admin is for staff and admins");
      const made = newPersonalToken(random);
      const { scopes, expiresInDays = null } = body;
      const row = await addAccessToken(
        sql,
        {
          id: random.uuid(clock.wallMs()),
          userId: who.userId,
          name: body.name.trim(),
          scopes,
          expiresInDays,
          ...made,
        },
        { countMax: TOKENS_MAX },
      );
      if (!row) throw new Refusal("too_many", `an account has at most ${TOKENS_MAX} tokens: delete one first`);
      const { id, name, expiresAt } = row;
      const detail = { scopes: scopes.join(" "), days: expiresInDays };
      await audit({ actorId: who.userId, act: "access-token.made", target: id, address: visit.address, detail });
      emails.notify(visit, account, (notices, context) => notices.tokenMade(context, { name, scopes, expiresAt }));
      return { ...view(row), token: made.text };
    }),
    serve(endToken, async ({ who, params: { id }, address }) => {
      if (!(await endAccessToken(sql, { id, userId: who.userId }))) throw new Refusal("not_found");
      await revocations.revoke(id);
      await audit({ actorId: who.userId, act: "access-token.ended", target: id, address });
    }),
  ];
}

const view = (row: AccessTokenRow): TokenView => ({
  id: row.id,
  name: row.name,
  hint: row.hint,
  scopes: row.scopes as Scope[],
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
});
