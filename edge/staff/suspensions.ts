// Serves schema/api/suspensions.ts: staff suspends an account or a channel, and lifts a suspension.
//
// First the row is written, which every edge sees within 3 s: no sign-in, no route that needs one, no publishing, no such channel. Then the
// tokens are revoked, at all edges at once. Last the broadcast is stopped: its owner ends it and drops the encoder.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import type { Act } from "#schema/api/audit.ts";
import {
  addChannelSuspension,
  addUserSuspension,
  liftChannelSuspension,
  liftUserSuspension,
  SUSPENSION_MS_MAX,
  type SuspendedView,
  type SuspensionBody,
} from "#schema/api/suspensions.ts";
import { userById } from "#schema/queries/accounts/users.ts";
import type { AuditEntry } from "#schema/queries/operator/audit.ts";
import { type StaffUserDetail, staffUser } from "#schema/queries/operator/users.ts";
import { adminIsLeft } from "#schema/queries/people/platform-roles.ts";
import {
  type NewSuspension,
  restoreChannel,
  restoreUser,
  type Suspension,
  suspendChannel,
  suspendUser,
  suspensionOfChannel,
} from "#schema/queries/people/suspensions.ts";
import { inTransaction } from "#schema/transaction.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Revocations } from "../identity/tokens/revocations.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { EdgeWorld } from "../world.ts";
import { audit } from "./audit-log.ts";
import { suspensionView } from "./views.ts";

/** Everything else is in effect already; a broadcast whose owner does not answer is stopped by the second call. */
const STOP_WITHIN_MS = 4_000;
/** A publish hook that accepted the key just before has ended by then; its broadcast is stopped, too. */
const STOP_AGAIN_MS = 4_000;

interface SuspensionParts {
  revocations: Pick<Revocations, "revoke">;
}

export function suspensionRoutes(world: EdgeWorld, { revocations }: SuspensionParts): Served[] {
  const { caller, clock, database, log, random } = world;
  const { sql } = database;

  return [
    serve(addUserSuspension, async ({ who, params, body, address }) => {
      const target = await targetOf(params.login, who);
      const wanted = suspensionIn(body);
      const made = await inTransaction(sql, async (sql) => {
        if (target.role === "admin" && !(await adminIsLeft(sql, { without: target.id })))
          throw new Refusal("last_admin");
        const suspended = await suspendUser(sql, target.id, wanted);
        if (!suspended) throw new Refusal("not_found");
        await audit(sql, entry({ who, address }, "user.suspended", target.id, wanted));
        return suspended;
      });
      await revocations.revoke(target.id, ...made.deviceIds);
      return view(made.suspension, await endBroadcast(target.channelId));
    }),
    serve(liftUserSuspension, async ({ who, params, query, address }) => {
      const target = await targetOf(params.login, who);
      await inTransaction(sql, async (sql) => {
        if (await restoreUser(sql, target.id))
          await audit(sql, entry({ who, address }, "user.restored", target.id, { reason: query.reason ?? "" }));
      });
    }),
    serve(addChannelSuspension, async ({ who, channel, body, address }) => {
      await targetOf(channel.ownerUserId, who);
      const wanted = suspensionIn(body);
      const suspension = await inTransaction(sql, async (sql) => {
        const suspended = await suspendChannel(sql, channel.id, wanted);
        if (!suspended) throw new Refusal("not_found");
        await audit(sql, entry({ who, address }, "channel.suspended", channel.id, wanted));
        return suspended;
      });
      return view(suspension, await endBroadcast(channel.id));
    }),
    serve(liftChannelSuspension, async ({ who, channel, query, address }) => {
      await targetOf(channel.ownerUserId, who);
      await inTransaction(sql, async (sql) => {
        if (await restoreChannel(sql, channel.id))
          await audit(sql, entry({ who, address }, "channel.restored", channel.id, { reason: query.reason ?? "" }));
      });
    }),
  ];

  /** Throws Refusal: `not_found`; `forbidden` for oneself, and for staff and admins unless the asker is an admin. */
  async function targetOf(reference: string, who: Who): Promise<StaffUserDetail> {
    const target = await staffUser(sql, reference);
    if (!target) throw new Refusal("not_found");
    if (target.id === who.userId) throw new Refusal("forbidden", "you cannot suspend or restore yourself");
    if (target.role !== "user" && (await userById(sql, who.userId))?.role !== "admin")
      throw new Refusal("forbidden", "only admins may do this to staff");
    return target;
  }

  function suspensionIn({ durationMs, untilMs, reason }: SuspensionBody): NewSuspension {
    if (untilMs === undefined) return { reason, durationMs: durationMs ?? null };
    if (durationMs !== undefined) throw new FieldRefusal([{ path: "untilMs", message: "not beside durationMs" }]);
    const restMs = untilMs - Math.round(clock.wallMs());
    if (restMs <= 0 || restMs > SUSPENSION_MS_MAX)
      throw new FieldRefusal([{ path: "untilMs", message: "must be in the next ten years" }]);
    return { reason, durationMs: restMs };
  }

  function entry(
    { who, address }: { who: Who; address: string },
    act: Act,
    target: string,
    detail: { reason: string; durationMs?: number | null },
  ): AuditEntry {
    return { id: random.uuid(clock.wallMs()), actorId: who.userId, act, target, address, detail: { ...detail } };
  }

  function endBroadcast(channelId: string): Promise<SuspendedView["broadcast"]> {
    clock.timer(STOP_AGAIN_MS, () => {
      suspensionOfChannel(sql, channelId)
        .then((suspension) => suspension && stopBroadcast(channelId))
        .catch((error: unknown) =>
          log.warn({ channel: channelId, reason: reason(error) }, "channel was not looked at"),
        );
    });
    return stopBroadcast(channelId);
  }

  async function stopBroadcast(channelId: string): Promise<SuspendedView["broadcast"]> {
    try {
      await caller.call<null>("channel", channelId, { type: "stop", preview: false }, { timeoutMs: STOP_WITHIN_MS });
      return "stopped";
    } catch (error) {
      if (error instanceof Refusal && error.code === "not_publishing") return "off_air";
      log.warn({ channel: channelId, reason: reason(error) }, "broadcast of a suspended channel was not stopped");
      return "unreachable";
    }
  }
}

const view = (suspension: Suspension, broadcast: SuspendedView["broadcast"]): SuspendedView => ({
  suspension: suspensionView(suspension),
  broadcast,
});
