// Reads a multivariant playlist (RFC 8216bis §4.4.6).

import { attributes } from "./attributes.ts";

export interface ListedVariant {
  uri: string;
  bandwidth: number;
  /** Null: not said. */
  averageBandwidth: number | null;
  codecs: string[];
  /** `1280x720`; null: not said. */
  resolution: string | null;
  frameRate: number | null;
}

export interface MultivariantPlaylist {
  text: string;
  tags: string[];
  unreadable: string[];
  variants: ListedVariant[];
}

/** Never throws. */
export function readMultivariantPlaylist(text: string): MultivariantPlaylist {
  const playlist: MultivariantPlaylist = { text, tags: [], unreadable: [], variants: [] };
  let stream: Map<string, string> | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#EXT")) {
      const [name = "", value] = line.slice(1).split(/:(.*)/);
      playlist.tags.push(name);
      if (name !== "EXT-X-STREAM-INF") continue;
      stream = attributes(value ?? "");
      if (!stream) playlist.unreadable.push(line);
    } else if (line !== "" && !line.startsWith("#")) {
      playlist.tags.push("");
      if (!stream) playlist.unreadable.push(line);
      const number = (name: string) => (stream?.has(name) ? Number(stream.get(name)) : null);
      playlist.variants.push({
        uri: line,
        bandwidth: number("BANDWIDTH") ?? Number.NaN,
        averageBandwidth: number("AVERAGE-BANDWIDTH"),
        codecs: (stream?.get("CODECS") ?? "").split(",").filter((codec) => codec !== ""),
        resolution: stream?.get("RESOLUTION") ?? null,
        frameRate: number("FRAME-RATE"),
      });
      stream = null;
    }
  }
  return playlist;
}
