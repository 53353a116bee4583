// Serves `/me/identities` of schema/api/identities.ts: linking and unlinking accounts of providers.

import { Refusal } from "#runtime/actor/actor.ts";
import { listIdentities, startLink, unlink } from "#schema/api/identities.ts";
import { identitiesOf, unlinkIdentity } from "#schema/queries/accounts/identities.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Reauthentication } from "../account/reauthentication.ts";
import { OutboundFault } from "./outbound.ts";
import { OAuthFault } from "./provider.ts";
import { LINK_PAGE, type ProviderRoutesParts } from "./routes.ts";

interface IdentityRoutesParts extends Pick<ProviderRoutesParts, "audit" | "auth" | "emails" | "flows" | "providers"> {
  reauthentication: Reauthentication;
}

export function linkedAccountRoutes({ database, log }: EdgeWorld, parts: IdentityRoutesParts): Served[] {
  const { sql } = database;
  const { providers, flows, reauthentication, audit, emails } = parts;
  const { revocations } = parts.auth;

  return [
    serve(listIdentities, async ({ who }) => {
      const rows = await identitiesOf(sql, who.userId);
      const items = rows.map(({ provider, name, createdAt }) => ({
        provider,
        label: labelOf(provider),
        name,
        createdAt: createdAt.toISOString(),
      }));
      return { items, nextCursor: null };
    }),
    serve(startLink, async ({ who, params, body, set }) => {
      const provider = providers.get(params.provider);
      if (!provider) throw new Refusal("not_found");
      const account = await reauthentication.accountOf(who);
      // A linked identity is as powerful as a password.
      await reauthentication.enforce(account, who, body.password);
      const link = { userId: account.id, signInId: who.deviceId! };
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
    }),
    serve(unlink, async ({ who, params: { provider }, ...visit }) => {
      const { userId } = who;
      const unlinked = await unlinkIdentity(sql, { userId, provider, keepDeviceId: who.deviceId });
      if (unlinked.outcome !== "unlinked") throw new Refusal(unlinked.outcome);
      await revocations.revoke(...unlinked.ended);
      const { address } = visit;
      await audit({ actorId: userId, target: userId, act: "identity.unlinked", address, detail: { provider } });
      emails.notify(visit, { id: userId }, (notices, context) => notices.identityUnlinked(context, labelOf(provider)));
    }),
  ];

  /** The settings may no longer have the provider. */
  function labelOf(provider: string): string {
    return providers.get(provider)?.label ?? provider;
  }
}
