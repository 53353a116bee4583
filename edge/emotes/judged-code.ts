// Asks the room whether an emote may have a code: it knows the channel's terms, and the lists of words.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { CodeVerdict, RoomRequest } from "#schema/wire/room.ts";

const WITHIN_MS = 6_000;

interface AskedCode {
  channelId: string;
  code: string;
}

/** Throws Refusal: `code_refused`, and those of the room. Whoever makes emotes here may read the channel's terms. */
export async function judgeCode(caller: Caller, { channelId, code }: AskedCode): Promise<void> {
  const request = { type: "room.judge-code", code } satisfies RoomRequest;
  const { refused } = await caller.call<CodeVerdict>("channel", channelId, request, { timeoutMs: WITHIN_MS });
  if (refused?.code === "blocked_term")
    throw new Refusal("code_refused", `the code has a term that is blocked in this chat: ${refused.term}`);
  if (refused) throw new Refusal("code_refused", `the code has a word that AutoMod holds: ${refused.category}`);
}
