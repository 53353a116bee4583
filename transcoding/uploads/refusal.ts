// Why an upload is refused: a code, and one sentence for the person who uploaded it.

/** The file cannot become a video, whoever tries again. */
export class UploadRefused extends Error {
  override readonly name = "UploadRefused";
  constructor(
    readonly code: RefusalCode,
    /** One sentence. */
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

const SENTENCES = {
  empty: "The file is empty.",
  not_a_video: "This is not a video.",
  still_picture: "This is a still picture, not a video.",
  playlist: "This is a playlist, not a video.",
  manifest: "This is a manifest, not a video.",
  sound_only: "There is sound, but no moving picture.",
  index_missing: "The file is incomplete (its index is missing).",
  encrypted: "The video is encrypted.",
  unreadable: "The file is damaged: no picture in it can be read.",
  unsupported: "This kind of video is not supported.",
  picture_too_large: "The picture is too large.",
  too_long: "The video is too long.",
  hole: "The file has a hole: its pictures are too far apart.",
  too_many_packets: "The file has too many pieces.",
  too_expensive: "The video takes too much time or memory to process.",
} as const;

export type RefusalCode = keyof typeof SENTENCES;

/** `detail` replaces the usual sentence. */
export const refusal = (code: RefusalCode, detail: string = SENTENCES[code]) => new UploadRefused(code, detail);
