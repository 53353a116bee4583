// Name of the program that publishes by WHIP, by its `User-Agent`, as the streamer's health page shows it.

import { encoderName } from "../hooks/rtmp-hook.ts";

const KNOWN: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["GStreamer", /\bGStreamer\b[^\d]*([\d.]+)?/i],
  ["Larix", /\bLarix\b[^\d]*([\d.]+)?/i],
  ["Firefox", /\bFirefox\/(\d+)/],
  ["Edge", /\bEdg\/(\d+)/],
  ["Chrome", /\bChrom(?:e|ium)\/(\d+)/],
  ["Safari", /\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari\b/],
];

/** `OBS 30.2.2 (WHIP)`. */
export function whipEncoderName(userAgent: string): string {
  // OBS calls itself a Mozilla too, so its own name comes first.
  const name = encoderName(userAgent);
  if (/^(?:OBS|FFmpeg)\b/.test(name)) return `${name} (WHIP)`;
  for (const [known, pattern] of KNOWN) {
    const found = pattern.exec(userAgent);
    if (found) return `${[known, found[1]].filter(Boolean).join(" ")} (WHIP)`;
  }
  return "WHIP";
}
