// Whether a media request may be answered, by the channel's visibility and the request's playback token.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { FoundChannel } from "../channels/found-channel.ts";
import type { PlaybackToken, PlaybackTokens } from "./token.ts";

export interface PlaybackRight {
  /** Counted as a viewer; null: the request names none. */
  session: string | null;
  mayPreview: boolean;
}

/** True for a channel whose media anybody may have. */
export const isOpen = ({ visibility }: Pick<FoundChannel, "visibility">) =>
  visibility === "public" || visibility === "unlisted";

/**
 * `text`: the token in the request's path or query; null: none. Throws Refusal `playback_denied` where a right is needed and the token
 * gives none: the same on air and off air.
 */
export function playbackRight(
  { tokens, clock }: { tokens: Pick<PlaybackTokens, "read">; clock: Pick<Clock, "wallMs"> },
  channel: Pick<FoundChannel, "id" | "visibility" | "playbackVersion">,
  text: string | null,
): PlaybackRight {
  const token = text === null ? null : tokens.read(text, channel.id);
  const isValid = token !== null && isCurrent(token);
  const grant = isValid ? token.grant : "count";
  if (grant === "count" && !isOpen(channel)) throw new Refusal("playback_denied");
  return { session: token?.session ?? null, mayPreview: grant === "preview" };

  function isCurrent({ version, expiresAtMs }: PlaybackToken) {
    return version === channel.playbackVersion && clock.wallMs() < expiresAtMs;
  }
}
