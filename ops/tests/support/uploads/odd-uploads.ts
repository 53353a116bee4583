// What must become of each odd upload. How the files are made: recipes/.

import type { Recipe } from "./ingredients.ts";
import { CODECS } from "./recipes/codecs.ts";
import { DAMAGE } from "./recipes/damage.ts";
import { SHAPE } from "./recipes/shape.ts";
import { TIME } from "./recipes/time.ts";
import { TRACKS } from "./recipes/tracks.ts";

/** Of a video of 320 × 180 with sound, red at the top left. */
interface Expected {
  seconds: number;
  /** Default 320 and 180. */
  width?: number;
  height?: number;
  /** Default 0.15. */
  toleranceS?: number;
  /** Default true. */
  sound?: boolean;
  /** Default red; null: any. */
  topLeft?: "red" | "green" | "blue" | "grey" | null;
  flashes?: readonly number[];
  beeps?: readonly number[];
  warning?: RegExp;
}

const RECIPES = { ...SHAPE, ...TIME, ...DAMAGE, ...TRACKS, ...CODECS };
type OddFile = keyof typeof RECIPES;

export interface OddUpload {
  what: string;
  /** Of the file; its end is no help. */
  name: string;
  make: Recipe;
  expected: Expected | { refused: string };
}

/** Flash and beep at each whole second before the end. */
function each(seconds: number, more: Omit<Expected, "seconds"> = {}): Expected {
  const times = Array.from({ length: Math.ceil(seconds) - 1 }, (_, i) => i + 1);
  return { seconds, flashes: times, beeps: times, ...more };
}
const mute = (seconds: number, more: Omit<Expected, "seconds"> = {}): Expected => ({ seconds, sound: false, ...more });
const refused = (code: string) => ({ refused: code });
const ENDS_EARLY = /^The file ends early: \d s of 6 s\.$/;

const EXPECTED: Record<OddFile, readonly [what: string, expected: OddUpload["expected"]]> = {
  "turned.mov": [
    "a phone held upright: stored lying, with a quarter turn",
    each(4, { width: 180, height: 320, topLeft: "green" }),
  ],
  "turned-back.mp4": ["a quarter turn the other way", each(4, { width: 180, height: 320, topLeft: "blue" })],
  "turned-anamorphic.mov": [
    "a quarter turn of pixels that are not square",
    each(4, { width: 180, height: 320, topLeft: "green" }),
  ],
  "upside-down.mp4": ["upside down", each(4, { topLeft: "grey" })],
  "mirrored.mp4": ["left and right swapped, as by a front camera", each(4, { topLeft: "green" })],
  "anamorphic.mp4": ["pixels that are not square", each(3)],
  "disc.mpg": [
    "interlaced, with wide pixels and a clock that begins late",
    { width: 1_024, height: 576, seconds: 2.9, toleranceS: 0.25 },
  ],
  "fields.mp4": ["H.264 in fields", each(4)],
  "odd.webm": ["odd sides", each(3)],
  "banner.mp4": ["a hundred times as wide as high", each(3, { width: 1_600, height: 16 })],
  "changing.ts": ["a size that changes in the middle", { seconds: 6, toleranceS: 0.2, beeps: [1, 2, 4, 5] }],

  "slow-motion.mp4": ["240 pictures a second", each(3)],
  "cinema.mkv": ["23.976 pictures a second", each(4)],
  "variable.mp4": ["a rate that changes", { seconds: 6, beeps: [1, 2, 3, 4, 5] }],
  "moment.mp4": ["one picture of 0.04 s", mute(0.04, { toleranceS: 0.1 })],
  "podcast.mp4": ["one picture and eight seconds of sound", { seconds: 8, beeps: [1, 2, 3, 4, 5, 6, 7] }],
  "slides.mp4": ["a picture every ten seconds", mute(30)],
  "picture-ends.mp4": [
    "a picture that ends four seconds before its sound",
    { seconds: 6, flashes: [1], beeps: [1, 2, 3, 4, 5] },
  ],
  "sound-ends.mp4": ["sound that ends long before its picture", { seconds: 4, flashes: [1, 2, 3], beeps: [1] }],
  "cut.mp4": [
    "a beginning that an edit list hides",
    { seconds: 3.05, toleranceS: 0.2, flashes: [0.4, 1.4, 2.4], beeps: [0.4, 1.4, 2.4] },
  ],
  "edited.mov": ["two pieces that an edit list shows", mute(3, { topLeft: null, flashes: [0, 1, 2] })],
  "late-sound.mp4": ["sound that begins two seconds late", each(4, { beeps: [3] })],
  "late-picture.mp4": [
    "a picture that begins a second after its sound",
    { seconds: 4, toleranceS: 0.2, flashes: [2, 3], beeps: [1, 2, 3] },
  ],
  "wraps.ts": ["a clock that wraps in the middle", each(3, { toleranceS: 0.2 })],
  "jumps.ts": [
    "a clock that jumps by 5000 s",
    { seconds: 6, toleranceS: 0.3, flashes: [1, 2, 4, 5], beeps: [1, 2, 4, 5] },
  ],
  "jumps-back.ts": [
    "a clock that jumps back by 5000 s",
    { seconds: 6, toleranceS: 0.3, flashes: [1, 2, 4, 5], beeps: [1, 2, 4, 5] },
  ],
  "starts-again.mpg": [
    "two discs, one after the other: the clock starts again",
    { width: 352, height: 288, seconds: 6, toleranceS: 0.3, flashes: [1, 2, 4, 5], beeps: [1, 2, 4, 5] },
  ],
  "fragments-from-an-hour.mp4": ["fragments whose clock begins at an hour", each(4)],
  "boasting.mp4": ["four seconds whose headers say 30 hours", each(4)],
  "recorder.webm": ["a browser's recording: no duration, no index", each(4)],

  "index-last.mp4": ["an index behind the media", each(4)],
  "five-gigabytes.mp4": ["media and index behind five gigabytes", each(4)],
  "died.mp4": ["a recording that died: its index is missing", refused("index_missing")],
  "cut-off.mp4": ["a file that ends early", { seconds: 3.1, toleranceS: 0.8, warning: ENDS_EARLY }],
  "cut-off.mkv": ["Matroska that ends early", { seconds: 3.1, toleranceS: 1.5, warning: ENDS_EARLY }],
  "without-index.avi": ["AVI without an index", each(4, { width: 320, height: 240 })],
  "noisy.ts": ["bytes that were lost on the way", { seconds: 6, toleranceS: 0.5, topLeft: null }],
  "locked.mp4": ["an encrypted picture", refused("encrypted")],
  "empty.mp4": ["no bytes", refused("empty")],
  "text.mp4": ["text", refused("not_a_video")],
  "list.mp4": ["a list of other files", refused("playlist")],
  "session.mp4": ["a description of a session", refused("not_a_video")],
  "photo.mp4": ["a photograph", refused("still_picture")],
  "bomb.mov": ["a picture of 16000 × 16000 in 94 kB", refused("picture_too_large")],

  "silent.mp4": ["no sound", mute(3, { flashes: [1, 2] })],
  "song.m4a": ["a song with a cover", refused("sound_only")],
  "covered.mp4": ["a video with a cover in front", each(4)],
  "subtitled.mkv": ["subtitles and a font", each(4)],
  "timecode.mov": ["a track of timecodes", each(4)],
  "two-sounds.mkv": ["six channels first, the default track second", each(4)],
  "two-pictures.mkv": ["another picture first, the default one second", each(4)],
  "eight-channels.mp4": ["eight channels", each(4)],
  "telephone.mkv": ["one channel of 8 kHz", each(4)],

  "matroska.mp4": ["Matroska under another name", each(4)],
  "hdr.mov": ["10 bits, BT.2020 and PQ", { seconds: 3, beeps: [1, 2] }],
  "hlg.mp4": ["10 bits, BT.2020 and HLG", { seconds: 3, beeps: [1, 2] }],
  "studio.mov": ["4:2:2 with 10 bits", each(2)],
  "unsampled.mp4": ["4:4:4", each(3)],
  "full-range.mp4": ["full-range levels", each(3)],
  "uncompressed.avi": ["uncompressed RGB", each(2)],
  "old.avi": ["MPEG-4 and MP3 in AVI", each(3)],
  "windows.wmv": ["Windows Media", each(3, { toleranceS: 0.25 })],
  "flash.flv": ["Flash video", each(3)],
  "free.ogv": ["Theora and Vorbis", each(3)],
  "camera.mts": ["packets of 192 bytes and AC-3", each(3, { toleranceS: 0.2 })],
  "animation.gif": ["an animation", mute(3, { width: 160, height: 90, toleranceS: 0.2 })],
  "transparent.webm": ["transparent pictures", mute(3, { topLeft: null })],
  "newest.mp4": ["AV1 and Opus", each(2)],
};

export const ODD_UPLOADS: readonly OddUpload[] = (Object.keys(RECIPES) as OddFile[]).map((name) => {
  const [what, expected] = EXPECTED[name];
  return { what, name, make: RECIPES[name], expected };
});
