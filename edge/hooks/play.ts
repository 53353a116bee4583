// The hook `on_play`: only our own pull of a session may play from nginx, and its channel decides.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { RtmpHook } from "./rtmp-hook.ts";

const PLAY_MS = 1_800;

export type Play = (hook: RtmpHook) => Promise<"allowed" | Refusal>;

/** Answers the refusal `forbidden` for every other player. Throws the Refusal of a channel that cannot be asked. */
export function createPlay(caller: Caller): Play {
  return async ({ session, name, channelId, token }) => {
    if (!channelId) return new Refusal("forbidden");
    const message = { type: "play", ...session, publicName: name, token };
    const { allow } = await caller.call<{ allow: boolean }>("channel", channelId, message, { timeoutMs: PLAY_MS });
    return allow ? "allowed" : new Refusal("forbidden");
  };
}
