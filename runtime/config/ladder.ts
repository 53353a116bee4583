// Settings of the ladder, the renditions that an actor node encodes beside the source.

import type { Reader } from "./reader.ts";

/** Values of LADDER that stand alone: `none` encodes nothing, `auto` all that source and node allow. */
export const LADDER_ALONE: readonly string[] = ["none", "auto"];

/** Presets of x264: a faster preset takes less processor time and more bits for the same picture. */
export const X264_PRESETS = ["ultrafast", "superfast", "veryfast", "faster", "fast", "medium"] as const;

export const ENCODERS = ["software", "nvenc", "vaapi", "qsv"] as const;

/** `rungs`: names that LADDER may list. */
export function readLadder(read: Reader, rungs: readonly string[]) {
  return {
    /** `none`, `auto`, or names of rungs, separated by commas: `720p,480p,audio`. Each channel costs processor time for each of its rungs:
     *  see transcoding/ladder/capacity.ts. A rung as large as the source is left out. */
    ladder: read.words("LADDER", { words: rungs, alone: LADDER_ALONE, fallback: "480p" }),
    /** x264's preset: slower ones give a better picture and serve fewer channels. Hardware encoders ignore it. */
    ladderPreset: read.oneOf("LADDER_PRESET", X264_PRESETS, "veryfast"),
    /** `auto` takes the first hardware encoder that works. One that does not work at start is replaced by software, with a line in the log. */
    ladderEncoder: read.oneOf("LADDER_ENCODER", [...ENCODERS, "auto"] as const, "software"),
    /** Device of the encoder `vaapi`. */
    vaapiDevice: read.text("VAAPI_DEVICE", "/dev/dri/renderD128"),
    /** Cores that encoding may use; 0 = three quarters of the machine's. Lower where other programs run beside the node. */
    encoderCores: read.number("ENCODER_CORES", 0, { max: 4_096 }),
  };
}
