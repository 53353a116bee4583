// Counts a channel's viewers by the media requests of their players, and takes what players report of themselves.

import { limitKey } from "../gateway/requests/client-address.ts";
import { readJson } from "../gateway/requests/json-body.ts";
import { cmcdIn } from "./cmcd.ts";
import type { PlayerReports } from "./player-reports.ts";
import { readPlayerReport } from "./report-body.ts";
import type { PlaybackRight } from "./rights.ts";
import type { PlaybackTokens } from "./token.ts";
import { type ChannelViewers, viewerKey } from "./viewers.ts";

export interface PlaybackAudience {
  /** The request is for a media playlist. */
  watches(request: Request, channelId: string, right: PlaybackRight): void;
  /** A session watches by WebSocket; to be called from time to time. */
  stays(channelId: string, session: string, address: string): void;
  /** The request is for media; it may say how playback goes. */
  plays(request: Request, channelId: string, right: PlaybackRight): void;
  /** Takes the report in the request's body, and counts its session. Throws Refusal: `malformed_json`, `too_large`, `validation_failed`. */
  report(request: Request, channelId: string, right: PlaybackRight): Promise<void>;
}

interface PlaybackAudienceOptions {
  tokens: Pick<PlaybackTokens, "read" | "sessionOf">;
  viewers: Pick<ChannelViewers, "watched">;
  reports: Pick<PlayerReports, "take">;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

export function createPlaybackAudience({
  tokens,
  viewers,
  reports,
  addressOf,
}: PlaybackAudienceOptions): PlaybackAudience {
  return {
    watches(request, channelId, right) {
      const address = limitKey(addressOf(request));
      viewers.watched(channelId, viewerKey(right.session ?? plainSession(request, channelId, address)), address);
    },
    stays(channelId, session, address) {
      viewers.watched(channelId, viewerKey(session), limitKey(address));
    },
    plays(request, channelId, right) {
      const said = cmcdIn(request.url);
      if (!said) return;
      const named = said.session === null ? null : tokens.sessionOf(channelId, said.session);
      const session = right.session ?? named ?? plainSession(request, channelId, limitKey(addressOf(request)));
      reports.take(channelId, viewerKey(session), said.report);
    },
    async report(request, channelId, right) {
      const { session: name, report } = readPlayerReport(await readJson(request));
      // The session is a playback token, or the name that the browser gives its user.
      const session = right.session ?? tokens.read(name, channelId)?.session ?? tokens.sessionOf(channelId, name);
      const key = viewerKey(session);
      viewers.watched(channelId, key, limitKey(addressOf(request)));
      reports.take(channelId, key, report);
    },
  };

  /** A player that names no session counts by its address and its kind, as far as these tell people apart. */
  function plainSession(request: Request, channelId: string, address: string): string {
    return tokens.sessionOf(channelId, `plain ${address} ${request.headers.get("user-agent") ?? ""}`);
  }
}
