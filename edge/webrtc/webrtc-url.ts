// Addresses of WHEP and WHIP: `/live/:channel[/~token]/whep[/:session]`, `/ingest/whip[/:session]`, with or without a slash at the end.

import { isViewerName } from "#schema/wire/viewers.ts";
import { CHANNEL_PATTERN, TOKEN_PATTERN } from "../live/live-url.ts";

export type WebRtcAddress = { session: string | null } & (
  | {
      kind: "whep";
      channel: string;
      /** The playback token in the path; null: none. */
      token: string | null;
      /** How the browser names its user; null: it does not. */
      viewer: string | null;
    }
  | { kind: "whip" }
);

const WHEP = new RegExp(`^/live/(${CHANNEL_PATTERN})(?:/~(${TOKEN_PATTERN}))?/whep(?:/([^/]{1,256}))?/?$`);
const WHIP = /^\/ingest\/whip(?:\/([^/]{1,256}))?\/?$/;

/** `url` is absolute, as in Request.url. Null: another address. */
export function parseWebRtcUrl(url: string): WebRtcAddress | null {
  const pathAt = url.indexOf("/", url.indexOf("//") + 2);
  // Most requests are for something else, and a path of ours has one of these words.
  if (!url.startsWith("/live/", pathAt) && !url.startsWith("/ingest/", pathAt)) return null;
  if (!url.includes("/wh", pathAt)) return null;
  const queryAt = url.indexOf("?", pathAt);
  const path = queryAt < 0 ? url.slice(pathAt) : url.slice(pathAt, queryAt);
  const whip = WHIP.exec(path);
  if (whip) return { kind: "whip", session: whip[1] ?? null };
  const [, channel, token = null, session = null] = WHEP.exec(path) ?? [];
  if (channel === undefined) return null;
  return {
    kind: "whep",
    channel: channel.toLowerCase(),
    token,
    session,
    viewer: queryAt < 0 ? null : viewerIn(url.slice(queryAt + 1)),
  };
}

/** A malformed value counts as absent: it only names somebody. */
function viewerIn(query: string): string | null {
  const viewer = new URLSearchParams(query).get("viewer") ?? "";
  return isViewerName(viewer) ? viewer : null;
}
