// Whether a media request may be answered, by the channel's visibility and the request's playback token.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { FoundChannel } from "../channels/found-channel.ts";
import type { Grant, PlaybackToken, PlaybackTokens } from "./token.ts";

export interface PlaybackRight {
  /** Counted as a viewer; null: the request names none. */
  session: string | null;
  mayPreview: boolean;
}

/** True for a channel whose media anybody may have. */
export const isOpen = ({ visibility }: Pick<FoundChannel, "visibility">) =>
  visibility === "public" || visibility === "unlisted";

interface RightParts {
  clock: Pick<Clock, "wallMs">;
}

type RightsOf = Pick<FoundChannel, "visibility" | "playbackVersion">;

/**
 * `text`: the token in the request's path or query; null: none. Throws Refusal `playback_denied` where a right is needed and the token
 * gives none: the same on air and off air.
 */
export function playbackRight(
  { tokens, clock }: RightParts & { tokens: Pick<PlaybackTokens, "read"> },
  channel: RightsOf & Pick<FoundChannel, "id">,
  text: string | null,
): PlaybackRight {
  const token = text === null ? null : tokens.read(text, channel.id);
  return { session: token?.session ?? null, mayPreview: grantNow({ clock }, channel, token) === "preview" };
}

/** What a token of the channel grants now. Throws Refusal `playback_denied`. */
export function grantNow(
  { clock }: RightParts,
  channel: RightsOf,
  token: Pick<PlaybackToken, "grant" | "version" | "expiresAtMs"> | null,
): Grant {
  const isValid = token !== null && token.version === channel.playbackVersion && clock.wallMs() < token.expiresAtMs;
  const grant = isValid ? token.grant : "count";
  if (grant === "count" && !isOpen(channel)) throw new Refusal("playback_denied");
  return grant;
}
