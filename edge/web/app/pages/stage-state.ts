// What stands in the place of the picture, and the sentence that a screen reader hears when that changes.

import type { ChannelView } from "#schema/api/channels.ts";
import type { Need } from "../player/playback-right.ts";
import { uptimeText } from "../ui/ticker.ts";
import { words } from "../words/channel.ts";

/** First match wins, from above. */
export type StageState =
  | { phase: "suspended"; suspension: NonNullable<ChannelView["suspension"]> }
  /** The picture may not be played; the card says who may. */
  | { phase: "restricted"; needs: Need }
  /** `kind` null: a picture plays, but it is not known yet of what. */
  | { phase: "picture"; kind: "live" | "lost" | "preview" | "over" | null }
  | { phase: "ended"; lengthMs: number | null }
  | { phase: "off-air" }
  /** The channel is not known yet. */
  | { phase: "loading" };

interface StageFacts {
  /** Null until it is loaded. */
  channel: Pick<ChannelView, "live" | "suspension"> | null;
  /** What a visitor lacks; null: nothing. */
  needs: Need | null;
  /** There is a broadcast for the player. */
  hasPicture: boolean;
  /** Of the broadcast that has ended while it was watched; null: none has. */
  over: { lengthMs: number | null } | null;
}

export function stageState({ channel, needs, hasPicture, over }: StageFacts): StageState {
  if (channel?.suspension) return { phase: "suspended", suspension: channel.suspension };
  if (channel?.live && needs) return { phase: "restricted", needs };
  if (hasPicture) return { phase: "picture", kind: channel ? (channel.live?.phase ?? "over") : null };
  if (!channel || channel.live) return { phase: "loading" };
  return over ? { phase: "ended", lengthMs: over.lengthMs } : { phase: "off-air" };
}

/** Empty: nothing to say. The same sentence twice is said once. */
export function stageSentence(state: StageState, name: string): string {
  switch (state.phase) {
    case "suspended":
      return words.suspended(name);
    case "restricted":
      return state.needs === "password" ? words.passwordNeeded(name) : words.followersOnly(name);
    case "picture":
      return state.kind === null ? "" : PICTURE[state.kind](name);
    case "ended":
      return endedText(state.lengthMs);
    case "off-air":
      return words.offAir(name);
    case "loading":
      return "";
  }
}

const PICTURE = {
  live: words.isLive,
  lost: words.waiting,
  preview: () => words.previewSaid,
  // The rest of it is played, and then its length is said.
  over: () => "",
};

/** `The broadcast has ended · 2:41:08`; without its length where that is not known. */
export const endedText = (lengthMs: number | null) =>
  lengthMs === null ? words.ended : words.endedAfter(uptimeText(lengthMs));
