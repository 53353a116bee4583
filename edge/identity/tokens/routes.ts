// GET, POST /api/v1/me/tokens, DELETE /api/v1/me/tokens/:id: personal access tokens, for bots. Persons only: a bot makes no bots.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import { ownId } from "#schema/api/devices.ts";
import type { Page } from "#schema/api/fields.ts";
import { type NewTokenView, newTokenBody, TOKENS_MAX, type TokenView } from "#schema/api/personal-tokens.ts";
import type { Scope } from "#schema/api/scopes.ts";
import type { Sql } from "#schema/database.ts";
import {
  type AccessTokenRow,
  accessTokensOf,
  addAccessToken,
  endAccessToken,
} from "#schema/queries/accounts/personal-tokens.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { rules } from "../../gateway/rules/access.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { Confirm } from "../account/confirm.ts";
import type { Post } from "../email/sender.ts";
import { newPersonalToken } from "./personal-token.ts";
import type { Revocations } from "./revocations.ts";

export interface TokenParts {
  sql: Sql;
  clock: Clock;
  random: Random;
  gateway: Gateway;
  confirm: Confirm;
  revocations: Revocations;
  audit: Audit;
  post: Post;
}

export const tokenRoutes = ({ sql, clock, random, gateway, confirm, revocations, audit, post }: TokenParts) =>
  new Elysia({ prefix: "/api/v1/me/tokens", normalize: false })
    .use(rules)
    .get(
      "",
      async ({ who }): Promise<Page<TokenView>> => ({
        items: (await accessTokensOf(sql, who.userId)).map(view),
        nextCursor: null,
      }),
      { rule: { access: "signed-in", limit: "read" } },
    )
    .post(
      "",
      async ({ who, body, request, set }): Promise<NewTokenView> => {
        const account = await confirm.own(who);
        await confirm.prove(account, who, body.password);
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
        if (!row) throw new Refusal("too_many", `an account has ${TOKENS_MAX} tokens at most: delete one first`);
        await audit({
          actorId: who.userId,
          act: "access-token.made",
          target: row.id,
          address: gateway.asked(request).address,
          detail: { scopes: scopes.join(" "), days: expiresInDays },
        });
        const { name, expiresAt } = row;
        post.tell(request, account, (letters, told) => letters.tokenMade(told, { name, scopes, expiresAt }));
        set.status = 201;
        return { ...view(row), token: made.text };
      },
      { body: newTokenBody, rule: { access: "signed-in", limit: "auth" } },
    )
    .delete(
      "/:id",
      async ({ who, params, request, set }) => {
        if (!(await endAccessToken(sql, { id: params.id, userId: who.userId }))) throw new Refusal("not_found");
        await revocations.revoke(params.id);
        const { address } = gateway.asked(request);
        await audit({ actorId: who.userId, act: "access-token.ended", target: params.id, address });
        set.status = 204;
      },
      { params: ownId, rule: { access: "signed-in", limit: "write" } },
    );

const view = (row: AccessTokenRow): TokenView => ({
  id: row.id,
  name: row.name,
  hint: row.hint,
  scopes: row.scopes as Scope[],
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
});
