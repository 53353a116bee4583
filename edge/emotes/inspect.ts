// What a file says of itself, before anything of it is decoded: kind, size, frames and their lengths, and whether it is whole. Decoders show what
// they can of a file that is cut off, and say nothing.

import { Refusal } from "#runtime/actor/actor.ts";
import {
  EMOTE_FRAMES_MAX,
  EMOTE_PIXELS_MAX,
  EMOTE_RATIO_MAX,
  EMOTE_SIDE_MAX,
  EMOTE_SIDE_MIN,
} from "#schema/wire/emotes.ts";
import type { FileFacts } from "./file-facts.ts";
import { gifFacts } from "./gif.ts";
import { pngFacts } from "./png.ts";
import { webpFacts } from "./webp.ts";

/** Null: another kind of file. Throws Refusal `picture_broken`. */
const KINDS = [pngFacts, gifFacts, webpFacts];

/** Throws Refusal: `not_a_picture`, `picture_broken`, `picture_too_large`, `picture_too_small`, `too_many_frames`. */
export function inspectEmote(file: Uint8Array): FileFacts {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const facts = KINDS.map((factsOf) => factsOf(bytes)).find((one) => one !== null);
  if (!facts) throw new Refusal(bytes.length === 0 ? "picture_broken" : "not_a_picture", "PNG, GIF or WebP");
  const { width, height, frames } = facts;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  if (frames < 1) throw new Refusal("picture_broken", "there is no picture in it");
  if (long > EMOTE_SIDE_MAX) throw new Refusal("picture_too_large", `at most ${EMOTE_SIDE_MAX} pixels wide and high`);
  if (short < EMOTE_SIDE_MIN) throw new Refusal("picture_too_small", `at least ${EMOTE_SIDE_MIN} pixels wide and high`);
  if (frames > EMOTE_FRAMES_MAX) throw new Refusal("too_many_frames", `at most ${EMOTE_FRAMES_MAX} frames`);
  if (width * height * frames > EMOTE_PIXELS_MAX)
    throw new Refusal("picture_too_large", "its frames have too many pixels together");
  if (long > short * EMOTE_RATIO_MAX)
    throw new Refusal("picture_too_large", `at most ${EMOTE_RATIO_MAX} times as wide as high`);
  return facts;
}
