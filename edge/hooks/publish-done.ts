// The hook `on_publish_done`: answered at once, delivered to the channel with retries.

import type { EdgeWorld } from "#edge/world.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { sessionKey } from "#schema/wire/channel.ts";
import { failures, hooks } from "./metrics.ts";
import type { RtmpHook } from "./rtmp-hook.ts";
import type { SessionChannels } from "./session-channels.ts";
import type { StreamKeyCheck } from "./stream-key-check.ts";

/** How long a delivery is retried; the channel itself looks at nginx' list of sessions afterwards. */
const DELIVER_MS = 30_000;
/** Concurrent deliveries; over it an end is dropped, and the channel finds it in nginx' list. */
const DELIVERIES_MAX = 1_000;

interface PublishDoneParts extends Pick<EdgeWorld, "caller" | "clock" | "log"> {
  keys: StreamKeyCheck;
  sessions: SessionChannels;
}

/** Tells the channel that a session has ended. Never rejects. */
type DeliverPublishDone = (hook: RtmpHook) => Promise<void>;

export function createPublishDone({ caller, clock, log, keys, sessions }: PublishDoneParts): DeliverPublishDone {
  let deliveries = 0;

  return async (hook) => {
    if (deliveries >= DELIVERIES_MAX) return;
    deliveries++;
    try {
      if (await deliver(hook)) hooks.inc({ call: "publish_done", outcome: "delivered" });
    } catch (error) {
      const isGuess = error instanceof Refusal && error.code === "rate_limited";
      hooks.inc({ call: "publish_done", outcome: isGuess ? "rate_limited" : "lost" });
      if (isGuess) return;
      failures.inc({ call: "publish_done", code: error instanceof Refusal ? error.code : "unavailable" });
      log.warn({ session: sessionKey(hook.session), reason: reason(error) }, "end of a session not delivered");
    } finally {
      deliveries--;
    }
  };

  /** False for a session that was refused, or whose key was changed since: its channel notices the end by itself. */
  async function deliver({ session, name, remoteAddress }: RtmpHook): Promise<boolean> {
    const key = sessionKey(session);
    const channelId = sessions.get(key) ?? (await channelOf(name, { session: key, address: remoteAddress }));
    sessions.delete(key);
    if (!channelId) return false;
    const options = { timeoutMs: DELIVER_MS, id: `done ${key}` };
    await caller.call("channel", channelId, { type: "publishDone", session }, options);
    return true;
  }

  /** nginx also reports the end of sessions that were refused, so a wrong key here never counts. */
  async function channelOf(streamKey: string, by: { session: string; address: string }): Promise<string | undefined> {
    const deadlineMonoMs = clock.monoMs() + DELIVER_MS;
    return (await keys.recheck({ streamKey, ...by, deadlineMonoMs }))?.channelId;
  }
}
