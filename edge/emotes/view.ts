// Rows of emotes → the API's answers.

import type { EmoteView } from "#schema/api/emotes.ts";
import type { EmoteRow } from "#schema/queries/emotes/emotes.ts";
import { emoteKey, emoteStem } from "#schema/wire/emotes.ts";

export function emoteView({ id, channelId, code, hash, width, height, heights, animated }: EmoteRow): EmoteView {
  const stem = emoteStem(channelId, hash);
  const [lowest = height] = heights;
  const urlOf = (of: number, still: boolean) => `/${emoteKey(stem, of, still && animated)}`;
  const setOf = (still: boolean) => heights.map((of) => `${urlOf(of, still)} ${of / lowest}x`).join(", ");
  return {
    ...{ id, code, width, height, animated, url: urlOf(lowest, false), srcset: setOf(false) },
    ...{ stillUrl: urlOf(lowest, true), stillSrcset: setOf(true) },
  };
}
