// The hook `on_publish`: may this encoder publish, and under which name?

import type { EdgeWorld } from "#edge/world.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { within } from "#runtime/base/clock.ts";
import { type PublishAnswer, sessionKey } from "#schema/wire/channel.ts";
import type { RtmpHook } from "./rtmp-hook.ts";
import type { SessionChannels } from "./session-channels.ts";
import type { StreamKeyCheck } from "./stream-key-check.ts";

/** For look-up and actor together: nginx waits 4 s, and our own pull takes at most 1.5 s of them. A publish that nginx has given up must
 *  not take effect later: its dead session would take over from the living one. */
const PUBLISH_MS = 3_700;

export interface PublishParts extends Pick<EdgeWorld, "caller" | "clock" | "log"> {
  keys: StreamKeyCheck;
  sessions: SessionChannels;
  /** The public key of this name is this server's own. */
  isOurs(keyName: string): Promise<boolean>;
}

export type Publish = (hook: RtmpHook) => Promise<string | Refusal>;

/** Answers the stream's public name, or the refusal of its key (`bad_stream_key`, `suspended`, `forbidden`). Throws every other Refusal. */
export function createPublish({ caller, clock, log, keys, sessions, isOurs }: PublishParts): Publish {
  return async ({ session, hookAtMs, name, remoteAddress, encoder, forwardedBy }) => {
    const deadlineMonoMs = clock.monoMs() + PUBLISH_MS;
    const late = () => new Refusal("unavailable", "the database does not answer");
    const key = sessionKey(session);
    const checking = keys.check({ streamKey: name, session: key, address: remoteAddress, deadlineMonoMs });
    const channel = await within(clock, PUBLISH_MS, checking, late);
    if (!channel) return new Refusal("bad_stream_key");
    // A broadcast of this server that comes back to it would go round for ever, or take its own place.
    if (forwardedBy !== null && (await within(clock, deadlineMonoMs - clock.monoMs(), isOurs(forwardedBy), late))) {
      log.info({ channel: channel.channelId }, "a broadcast of this server came back to it");
      return new Refusal("forbidden");
    }
    if (channel.suspended) return new Refusal("suspended");
    const { channelId, autoStart } = channel;
    sessions.set(key, channelId);
    const encoderName = channel.encoder ?? encoder;
    const message = {
      type: "publish",
      session,
      ...(hookAtMs !== null && { hookAtMs }),
      autoStart,
      remoteAddress,
      encoder: encoderName,
    };
    // A hook may arrive twice, through another edge: the session identifies the call.
    const options = { timeoutMs: deadlineMonoMs - clock.monoMs(), id: `publish ${key}` };
    const { publicName } = await caller.call<PublishAnswer>("channel", channelId, message, options);
    log.info({ channel: channelId, session: key, encoder: encoderName }, "publisher accepted");
    return publicName;
  };
}
