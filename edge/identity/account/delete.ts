// Account deletion: everything of the person goes with the account. Nothing is deleted while the person's broadcast cannot be ended.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { deleteMe, deleteMeFormerly } from "#schema/api/me.ts";
import { deleteUser, isLastAdmin, withdrawStreamKey } from "#schema/queries/accounts/account.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Devices } from "../devices/devices.ts";
import type { Eraser } from "./erase.ts";
import { type AccountRoutesParts, LOGIN_HELD_MS } from "./routes.ts";

interface DeletionRoutesParts extends AccountRoutesParts {
  devices: Devices;
  eraser: Eraser;
}

/** Erases some 20 000 lines within the request; the eraser does the rest within minutes. */
const FIRST_STEPS = 40;

export function deletionRoutes(world: EdgeWorld, parts: DeletionRoutesParts): Served[] {
  const { database, caller, log } = world;
  const { sql } = database;
  const { auth, reauthentication, emails, audit, devices, eraser } = parts;

  return [
    ...[deleteMe, deleteMeFormerly].map((deletion) =>
      serve(deletion, async ({ who, body, set, ...visit }) => {
        const account = await reauthentication.accountOf(who);
        await reauthentication.enforce(account, who, body.password);
        if (account.role === "admin" && (await isLastAdmin(sql, account.id))) throw new Refusal("last_admin");
        // The key comes first: a dropped encoder reconnects within two seconds.
        await withdrawStreamKey(sql, account.channelId);
        await endBroadcast(account.channelId);
        const ended = await deleteUser(sql, { userId: account.id, holdMs: LOGIN_HELD_MS });
        if (ended === "last_admin") throw new Refusal("last_admin");
        // Two requests at once: the other one succeeds and sends the e-mail.
        if (ended === "unknown") throw new Refusal("not_signed_in");
        await auth.revocations.revoke(account.id, ...ended);
        await audit({ actorId: account.id, target: account.id, act: "user.deleted" });
        emails.notify(visit, account, (notices, context) => notices.accountDeleted(context));
        log.info({ user: account.id, request: visit.requestId }, "user deleted");
        // The account is deleted already. If erasing fails, a later sweep continues.
        await eraser.sweep(FIRST_STEPS).catch((error) => log.warn({ reason: reason(error) }, "erasing did not get on"));
        set.headers["set-cookie"] = devices.noCookie;
      }),
    ),
  ];

  async function endBroadcast(channelId: string) {
    try {
      await caller.call<null>("channel", channelId, { type: "stop" });
    } catch (error) {
      if (error instanceof Refusal && error.code === "not_publishing") return;
      throw error;
    }
  }
}
