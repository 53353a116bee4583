// Emotes: codes, limits, and the keys of their pictures. An emote stands in a line where its code stands between white space, exactly.

import { picturesOf } from "./pictures.ts";

/** Letters, digits and `_`: nothing that could be a link, a mention or a command, and nothing that lines are searched for. */
export const EMOTE_CODE_PATTERN = "[A-Za-z0-9_]{3,32}";

/** Of a file that is sent. */
export const EMOTE_BYTES_MAX = 1024 * 1024;
/** Of each side, in pixels. */
export const EMOTE_SIDE_MIN = 16;
export const EMOTE_SIDE_MAX = 4_096;
/** The longer side by the shorter one. */
export const EMOTE_RATIO_MAX = 3;
export const EMOTE_FRAMES_MAX = 300;
/** Width × height × frames, before anything of it is decoded. */
export const EMOTE_PIXELS_MAX = 40_000_000;

/** In pixels: for screens of one, two and four pixels a px. A file that is lower has fewer of them: nothing is enlarged. */
export const EMOTE_HEIGHTS = [28, 56, 112] as const;

export const EMOTES_PER_CHANNEL_MAX = 200;
export const EMOTES_OF_INSTANCE_MAX = 1_000;

/** Stands for the instance where a channel's id stands. */
export const INSTANCE_ID = "00000000-0000-0000-0000-000000000000";

/** What the keys of all its pictures begin with. */
export const emoteStem = (channelId: string | null, hash: string) => `${picturesOf(channelId ?? INSTANCE_ID)}e${hash}`;

/** `still`: the first frame of an animated one, for who wants no motion. */
export const emoteKey = (stem: string, height: number, still: boolean) =>
  `${stem}-${still ? "still-" : ""}${height}.webp`;
