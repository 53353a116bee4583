// `?dvr=1` on a live channel: the whole running broadcast, as the playlist of its recording, whose end follows the live window.

import type { PlayableVideo } from "#schema/queries/videos/playable.ts";
import type { FoundChannel } from "../channels/found-channel.ts";
import type { PlaybackRight } from "../playback/rights.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import { videoPath } from "./address.ts";
import { isOpenVideo, videoVersion } from "./rights.ts";

interface DvrRequest {
  channel: Pick<FoundChannel, "visibility">;
  broadcastId: string;
  /** To the live media: whoever may watch these may rewind them. */
  right: PlaybackRight;
  /** How the browser names its user; null: it does not. */
  viewer: string | null;
}

/** The path of the recording's multivariant playlist; null: this broadcast cannot be rewound. */
export type Dvr = (request: DvrRequest) => Promise<string | null>;

interface DvrParts {
  findVideo(id: string): Promise<PlayableVideo | null>;
  tokens: Pick<PlaybackTokens, "issue" | "newSession">;
}

export const createDvr =
  ({ findVideo, tokens }: DvrParts): Dvr =>
  async ({ channel, broadcastId, right, viewer }) => {
    // A recording has the id of its broadcast.
    const video = await findVideo(broadcastId);
    if (video?.status !== "recording" || video.renditions.length === 0) return null;
    const { id, visibility } = video;
    if (isOpenVideo(video)) return `${videoPath.root(id, null)}index.m3u8${viewer === null ? "" : `?viewer=${viewer}`}`;
    // The recording of a channel with a password is private from the beginning. Any other was made so by its owner.
    if (visibility === "private" && channel.visibility !== "password") return null;
    const session = right.session ?? tokens.newSession();
    const { text } = tokens.issue({ channelId: id, grant: "watch", version: videoVersion(visibility), session });
    return `${videoPath.root(id, text)}index.m3u8`;
  };
