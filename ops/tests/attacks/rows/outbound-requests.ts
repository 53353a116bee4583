// Attacks that would make an edge connect to an inner address, by setting, link or sign-in provider (SSRF): A-16.

import { HAS_IPV6 } from "../../support/balancer.ts";
import { type Attack, mustHold } from "../attack.ts";
import { INNER_ISSUERS } from "../stage.ts";

export const outboundAttacks: Attack[] = [
  {
    id: "A-16",
    name: "no setting, link or provider makes an edge connect to an inner address",
    atLeast: 12,
    async run({ ask, canary, mallory }, tally) {
      const faults: string[] = [];
      // The control: the canary counts real connections.
      await fetch(`http://127.0.0.1:${canary.port}/`).catch(() => {});
      await fetch(`http://[::1]:${canary.port}/`).catch(() => {});
      const before = canary.hits();
      if (before < (HAS_IPV6 ? 2 : 1)) throw new Error("the canary counts no connections");
      for (const id of INNER_ISSUERS) {
        const { status, headers } = await ask(
          tally,
          `/api/v1/auth/oauth/${id}?returnTo=${encodeURIComponent("//evil.example")}`,
        );
        if (headers.get("location")?.includes(String(canary.port))) faults.push(`${id} leads to the canary`);
        if (status < 300) faults.push(`${id} → ${status}`);
        await ask(tally, `/api/v1/auth/oauth/${id}/callback?code=x&state=y`);
      }
      const inner = `http://127.0.0.1:${canary.port}/x.png`;
      for (const body of [{ avatarUrl: inner }, { displayName: inner }, { webhookUrl: inner }])
        await ask(tally, "/api/v1/me", { method: "PATCH", token: mallory.accessToken, body });
      await ask(tally, "/", {
        headers: { "x-forwarded-host": `127.0.0.1:${canary.port}`, host: `127.0.0.1:${canary.port}` },
      });
      await Bun.sleep(200);
      if (canary.hits() > before) faults.push(`${canary.hits() - before} hits`);
      mustHold(faults);
      return `${before} hits by ourselves, 0 by the edges`;
    },
  },
];
