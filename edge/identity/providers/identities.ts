// /api/v1/me/identities: accounts elsewhere that open this one.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import type { Page } from "#schema/api/fields.ts";
import { type IdentityView, type LinkStartView, linkBody, providerParams } from "#schema/api/identities.ts";
import { identitiesOf, unlinkIdentity } from "#schema/queries/accounts/identities.ts";
import { rules } from "../../gateway/rules/access.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Confirm } from "../account/confirm.ts";
import { OutboundFault } from "./outbound.ts";
import { OAuthFault } from "./provider.ts";
import { LINK_PAGE, type OAuthParts } from "./routes.ts";

export interface IdentityParts extends Pick<OAuthParts, "audit" | "auth" | "flows" | "gateway" | "post" | "providers"> {
  confirm: Confirm;
}

export function identityRoutes({ database, log }: EdgeWorld, parts: IdentityParts) {
  const { sql } = database;
  const { providers, flows, confirm, audit, gateway, post } = parts;
  const { revocations } = parts.auth;

  return new Elysia({ prefix: "/api/v1/me/identities", normalize: false })
    .use(rules)
    .get(
      "",
      async ({ who }): Promise<Page<IdentityView>> => {
        const rows = await identitiesOf(sql, who.userId);
        const items = rows.map(({ provider, name, createdAt }) => ({
          provider,
          label: providers.get(provider)?.label ?? provider,
          name,
          createdAt: createdAt.toISOString(),
        }));
        return { items, nextCursor: null };
      },
      { rule: { access: "signed-in", limit: "read" } },
    )
    .post(
      "/:provider",
      async ({ who, params, body, set }): Promise<LinkStartView> => {
        const provider = providers.get(params.provider);
        if (!provider) throw new Refusal("not_found");
        const account = await confirm.own(who);
        // Another way in is as good as a password.
        await confirm.prove(account, who, body.password);
        const link = { userId: account.id, signInId: who.signInId! };
        const flow = flows.begin({ provider: provider.id, link, returnTo: body.returnTo ?? LINK_PAGE });
        try {
          const url = await provider.authorizationUrl(flow);
          set.headers["set-cookie"] = flows.cookie(flow);
          return { url };
        } catch (error) {
          if (!(error instanceof OutboundFault || error instanceof OAuthFault)) throw error;
          log.warn({ provider: provider.id, reason: error.message }, "provider cannot be asked");
          throw new Refusal("unavailable", `${provider.label} does not answer`);
        }
      },
      { params: providerParams, body: linkBody, rule: { access: "signed-in", limit: "auth" } },
    )
    .delete(
      "/:provider",
      async ({ who, params, request, set }) => {
        const { provider } = params;
        const unlinked = await unlinkIdentity(sql, { userId: who.userId, provider, keepSignInId: who.signInId });
        if (unlinked.outcome !== "unlinked") throw new Refusal(unlinked.outcome);
        await revocations.revoke(...unlinked.ended);
        const { address } = gateway.asked(request);
        await audit({
          actorId: who.userId,
          target: who.userId,
          act: "identity.unlinked",
          address,
          detail: { provider },
        });
        const label = providers.get(provider)?.label ?? provider;
        post.tell(request, { id: who.userId }, (letters, told) => letters.identityUnlinked(told, label));
        set.status = 204;
      },
      { params: providerParams, rule: { access: "signed-in", limit: "write" } },
    );
}
