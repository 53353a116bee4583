// DELETE /api/v1/me: a person leaves, and what is theirs goes. Nothing is deleted while their broadcast cannot be ended.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { deleteAccountBody } from "#schema/api/account.ts";
import { deleteUser, isLastAdmin, withdrawStreamKey } from "#schema/queries/accounts/account.ts";
import { rules } from "../../gateway/rules/access.ts";
import type { EdgeWorld } from "../../world.ts";
import type { SignIns } from "../devices/sign-in.ts";
import type { Eraser } from "./erase.ts";
import { type AccountParts, LOGIN_HELD_MS } from "./routes.ts";

export interface DeletionParts extends AccountParts {
  signIns: SignIns;
  eraser: Eraser;
}

/** Some 20 000 lines at once; of who has said more, the rest goes within minutes. */
const STEPS_AT_ONCE = 40;

export function deletionRoutes(world: EdgeWorld, parts: DeletionParts) {
  const { database, caller, log } = world;
  const { sql } = database;
  const { gateway, auth, confirm, post, audit, signIns, eraser } = parts;

  return new Elysia({ prefix: "/api/v1/me", normalize: false }).use(rules).delete(
    "",
    async ({ who, body, request, set }) => {
      const account = await confirm.own(who);
      await confirm.prove(account, who, body.password);
      if (account.role === "admin" && (await isLastAdmin(sql, account.id))) throw new Refusal("last_admin");
      // The key first: an encoder that is dropped comes back within two seconds.
      await withdrawStreamKey(sql, account.channelId);
      await endBroadcast(account.channelId);
      const ended = await deleteUser(sql, { userId: account.id, holdMs: LOGIN_HELD_MS });
      if (ended === "last_admin") throw new Refusal("last_admin");
      // Asked twice at once: the other one is answered, and writes the letter.
      if (ended === "unknown") throw new Refusal("not_signed_in");
      await auth.revocations.revoke(account.id, ...ended);
      await audit({ actorId: account.id, target: account.id, act: "user.deleted" });
      post.tell(request, account, (letters, told) => letters.accountDeleted(told));
      log.info({ user: account.id, request: gateway.asked(request).requestId }, "user deleted");
      // The account is gone whatever becomes of this: what is left is swept later.
      await eraser.sweep(STEPS_AT_ONCE).catch((error) => log.warn({ reason: reason(error) }, "erasing did not get on"));
      set.headers["set-cookie"] = signIns.noCookie;
      set.status = 204;
    },
    { body: deleteAccountBody, rule: { access: "signed-in", limit: "auth" } },
  );

  async function endBroadcast(channelId: string) {
    try {
      await caller.call<null>("channel", channelId, { type: "stop" });
    } catch (error) {
      if (error instanceof Refusal && error.code === "not_publishing") return;
      throw error;
    }
  }
}
