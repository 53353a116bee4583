// Pictures that people send: of themselves, banners of channels, posters of videos, and those of categories. Each is kept as WebP in the widths that pages show, below
// an address that names its content, so that an address never shows another picture.

import { UUID_PATTERN } from "./ids.ts";
import { THUMBNAIL_WIDTHS } from "./media.ts";
import { OBJECT_PREFIX } from "./object-prefixes.ts";

export type PictureKind = "portrait" | "banner" | "poster" | "category";

/** Of a file that is sent. */
export const PICTURE_BYTES_MAX = 10 * 1024 * 1024;
/** Width × height of a file, before anything of it is decoded. */
export const PICTURE_PIXELS_MAX = 40_000_000;

interface PictureShape {
  /** In pixels, ascending. */
  widths: readonly number[];
  /** Width : height. What is beyond it is cut off, at both sides alike. */
  ratio: number;
}

export const PICTURE_SHAPES = {
  /** Circles of 32, 40 and 56 px, on screens of up to three pixels a px; the largest for the settings. */
  portrait: { widths: [64, 128, 256], ratio: 1 },
  banner: { widths: [960, 1_920], ratio: 6 },
  /** As thumbnails. */
  poster: { widths: THUMBNAIL_WIDTHS, ratio: 16 / 9 },
  /** Tiles of about 200 px. */
  category: { widths: [240, 480], ratio: 4 / 3 },
} as const satisfies Record<PictureKind, PictureShape>;

export const PICTURE_OBJECT = {
  contentType: "image/webp",
  cacheControl: "public, max-age=31536000, immutable",
} as const;

/** Prefix of all objects of portraits, banners and categories. Posters are below their videos: see video-keys.ts. */
export const PICTURES_PREFIX = OBJECT_PREFIX.pictures;

/** `ownerId`: of the user, the channel or the category. */
export const picturesOf = (ownerId: string) => `${PICTURES_PREFIX}${ownerId}/`;

/** What the keys of all widths of a picture begin with. */
export const pictureStem = (ownerId: string, hash: string) => `${picturesOf(ownerId)}${hash}`;

/** The key of one width. */
export const pictureKey = (stem: string, width: number) => `${stem}-${width}.webp`;

/** The address of the narrowest width, which rows and answers have. */
export const pictureUrl = (stem: string, kind: PictureKind) => `/${pictureKey(stem, PICTURE_SHAPES[kind].widths[0])}`;

/** Hexadecimal digits of SHA-256. */
export const PICTURE_HASH_LENGTH = 32;
const HASH = `[0-9a-f]{${PICTURE_HASH_LENGTH}}`;
const WIDTHS = [
  ...new Set(
    [PICTURE_SHAPES.portrait, PICTURE_SHAPES.banner, PICTURE_SHAPES.category].flatMap(({ widths }) => [...widths]),
  ),
];
/** Of emotes: see emotes.ts, which needs this file. */
const EMOTE = `e${HASH}-(?:still-)?\\d{2,3}`;
const KEY = new RegExp(`^${PICTURES_PREFIX}${UUID_PATTERN}/(?:${HASH}-(?:${WIDTHS.join("|")})|${EMOTE})\\.webp$`);
const OWN_POSTER = new RegExp(`^poster-(${HASH})-(${PICTURE_SHAPES.poster.widths.join("|")})\\.webp$`);

/** A key that a portrait, a banner, a category or an emote may have. */
export const isPictureKey = (key: string) => KEY.test(key);

/** Relative to the video's address. */
export const ownPosterPath = (hash: string, width: number) => pictureKey(`poster-${hash}`, width);

/** Hash and width in the path of a video's own poster; null: another path. */
export function ownPosterIn(path: string): { hash: string; width: number } | null {
  const [, hash, width] = OWN_POSTER.exec(path) ?? [];
  return hash && width ? { hash, width: Number(width) } : null;
}
