// What a multivariant playlist (RFC 8216bis §4.4.6) says of its renditions.

import type { LiveRendition } from "#schema/wire/live-stream.ts";

const STREAM = /^#EXT-X-STREAM-INF:(.*)\n([a-z0-9]{1,16})\.m3u8(?:\?.*)?$/gm;

/** As listed: the source first, then rungs. */
export function renditionsIn(text: string): LiveRendition[] {
  return Array.from(text.matchAll(STREAM), ([, attributes = "", name = ""]) => {
    const [, width = "0", height = "0"] = /(?:^|,)RESOLUTION=(\d+)x(\d+)/.exec(attributes) ?? [];
    const [, bandwidth = "0"] = /(?:^|,)BANDWIDTH=(\d+)/.exec(attributes) ?? [];
    return { name, bandwidth: Number(bandwidth), width: Number(width), height: Number(height) };
  });
}
