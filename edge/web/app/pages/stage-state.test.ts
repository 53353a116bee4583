// What stands in the place of the picture.

import { expect, test } from "bun:test";
import type { ChannelView } from "#schema/api/channels.ts";
import { type StageState, stageSentence, stageState } from "./stage-state.ts";

type Live = NonNullable<ChannelView["live"]>;

const channel = (phase: Live["phase"] | null, more: object = {}) => ({
  live: phase && ({ phase } as Live),
  ...more,
});
const facts = { channel: channel("live"), needs: null, hasPicture: true, over: null } as const;
const said = (state: StageState) => stageSentence(state, "tidewalker");

test("a picture plays while the broadcast is on air, lost, a preview, or at its rest, and before it is known of what", () => {
  const kinds = ([null, "live", "lost", "preview"] as const).map((phase) =>
    stageState({ ...facts, channel: channel(phase) }),
  );
  expect(kinds).toEqual((["over", "live", "lost", "preview"] as const).map((kind) => ({ phase: "picture", kind })));
  expect(stageState({ ...facts, channel: null })).toEqual({ phase: "picture", kind: null });
});

test("without a picture it is loading until the channel is known, and while a broadcast on air has no address", () => {
  expect(stageState({ ...facts, channel: null, hasPicture: false })).toEqual({ phase: "loading" });
  expect(stageState({ ...facts, hasPicture: false })).toEqual({ phase: "loading" });
});

test("a broadcast that ended while it was watched is told from a channel that is off air", () => {
  const off = { ...facts, channel: channel(null), hasPicture: false };
  expect(stageState(off)).toEqual({ phase: "off-air" });
  expect(stageState({ ...off, over: { lengthMs: 9_668_000 } })).toEqual({ phase: "ended", lengthMs: 9_668_000 });
});

test("a suspension wins over all, and who may not watch sees no picture that is on air", () => {
  const suspension = { reason: "spam", until: null };
  expect(stageState({ ...facts, needs: "follow", channel: channel("live", { suspension }) })).toEqual({
    phase: "suspended",
    suspension,
  });
  expect(stageState({ ...facts, needs: "password" })).toEqual({ phase: "restricted", needs: "password" });
  expect(stageState({ ...facts, needs: "password", channel: channel(null), hasPicture: false }).phase).toBe("off-air");
});

test("each state has one sentence, and what comes by itself in a moment has none", () => {
  const sentences = (["live", "lost", "preview", "over", null] as const).map((kind) =>
    said({ phase: "picture", kind }),
  );
  expect(sentences).toEqual([
    "tidewalker is live",
    "Waiting for tidewalker. The stream goes on by itself.",
    "This is your preview. Nobody else sees it.",
    "",
    "",
  ]);
  expect(said({ phase: "ended", lengthMs: 9_668_000 })).toBe("The broadcast has ended · 2:41:08");
  expect(said({ phase: "ended", lengthMs: null })).toBe("The broadcast has ended");
  expect(said({ phase: "off-air" })).toBe("tidewalker is off air");
  expect(said({ phase: "restricted", needs: "password" })).toBe("tidewalker asks for a password");
  expect(said({ phase: "restricted", needs: "sign-in" })).toBe("Only followers of tidewalker can watch");
  expect(said({ phase: "loading" })).toBe("");
});
