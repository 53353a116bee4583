// What is said where people choose pictures: whole sentences with places for names, so that they can be translated.

import { PICTURE_BYTES_MAX, PICTURE_PIXELS_MAX } from "#schema/wire/pictures.ts";

const MEGABYTES_MAX = PICTURE_BYTES_MAX / (1024 * 1024);

export const words = {
  choose: "Choose a picture…",
  chooseOther: "Choose another…",
  use: "Use this picture",
  cancel: "Cancel",
  remove: "Remove",
  removed: "Removed",
  used: "Saved",
  hint: `JPEG, PNG, WebP or GIF, at most ${MEGABYTES_MAX} MB. Place and camera are taken out of it.`,
  sending: (percent: number) => `Sending, ${percent} %`,
  drawing: "Sent. It is being cut and made small.",
  progress: "Your picture",

  yours: "Picture",
  yoursAbout: "Shown beside your name. Its middle is cut out as a square, and shown as a circle.",
  yoursNow: "Your picture",
  yoursChosen: "The picture that you chose",

  banner: "Banner",
  bannerAbout: "Shown on your channel's page. Its middle is cut out, six times as wide as high.",
  bannerNow: "The banner of your channel",
  bannerChosen: "The banner that you chose",
  noBanner: "No banner",

  categoryAbout: "Shown wherever the category is listed. The middle of a picture is cut out as 4 : 3.",
  categoryNow: (name: string) => `The picture of ${name}`,
  categoryChosen: (name: string) => `The picture that you chose for ${name}`,

  poster: "Poster",
  changePoster: "Change the poster…",
  posterOf: (title: string) => `Poster of “${title}”`,
  posterAbout: "Shown in lists, and before the video plays. Its middle is cut out as 16 : 9.",
  posterNow: "The poster now",
  posterChosen: "The poster that you chose",
  noPoster: "No poster yet",
  removePoster: "Use a picture of the video",
  close: "Close",

  tooManyBytes: (megabytes: string) => `This picture has ${megabytes} MB. It may have ${MEGABYTES_MAX}.`,
  notAPicture: "This is not a picture that can be shown. Choose a JPEG, PNG, WebP or GIF.",
  /** By the code of the refusal. */
  refusals: {
    not_a_picture: "This is not a picture that can be shown. Choose a JPEG, PNG, WebP or GIF.",
    picture_too_large: `This picture is too large: it may have ${PICTURE_PIXELS_MAX / 1e6} million pixels. Choose a smaller one.`,
    picture_broken: "This picture is damaged. Save it anew with another program, or choose another one.",
    too_large: `This picture has too many bytes: it may have ${MEGABYTES_MAX} MB.`,
    timeout: "Your connection is too slow for this picture. Choose a smaller one.",
    not_found: "This site keeps no pictures.",
    method_not_allowed: "This site keeps no pictures.",
  } as Readonly<Record<string, string>>,
} as const;
