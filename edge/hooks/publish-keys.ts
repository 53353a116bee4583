// The one check of stream keys and publish tickets of this edge: guesses by RTMP and by WHIP count together.

import type { EdgeWorld } from "#edge/world.ts";
import { usePublishTicket } from "#schema/queries/channels/publish-tickets.ts";
import { channelOfStreamKey } from "#schema/queries/channels/stream-keys.ts";
import { isPublishTicket } from "../channels/stream-key.ts";
import type { Limiter } from "../gateway/limits/limiter.ts";
import { type Audit, createAudit } from "../staff/audit-log.ts";
import { createStreamKeyCheck, type StreamKeyCheck, type StreamKeyCheckParts } from "./stream-key-check.ts";

export function createPublishKeys(world: EdgeWorld, { limiter }: { limiter: Limiter }): StreamKeyCheck {
  const { sql } = world.database;
  return createGuardedCheck(world, {
    limiter,
    audit: createAudit(world),
    find: ({ streamKey, session }) =>
      isPublishTicket(streamKey)
        ? usePublishTicket(sql, { ticket: streamKey, by: session })
        : channelOfStreamKey(sql, streamKey),
  });
}

interface GuardedCheckParts extends Pick<StreamKeyCheckParts, "limiter" | "find"> {
  audit: Audit;
}

/** Guessing is logged, and written to the audit log. */
export function createGuardedCheck(
  { clock, config, log }: Pick<EdgeWorld, "clock" | "config" | "log">,
  { limiter, find, audit }: GuardedCheckParts,
): StreamKeyCheck {
  return createStreamKeyCheck({
    find,
    clock,
    limiter,
    wrongPerMinute: config.limits.wrongStreamKeysPerMinutePerIp,
    onLockout(address) {
      log.warn({ address }, "stream keys are being guessed");
      void audit({ actorId: null, act: "stream-key.guessed", address });
    },
  });
}
