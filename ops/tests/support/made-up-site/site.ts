// The product's pages over a made-up site: several channels, people of each role, and a clock that may stand still. For checks of whole pages,
// which must look the same at each run.

import { systemClock } from "#runtime/base/clock.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import { type MadeUpChannel, serveMadeUpChannel } from "../made-up-channel.ts";
import { findingAnswer } from "./answers.ts";
import { clipAnswer } from "./clips.ts";
import { moderationAnswer } from "./moderation-answers.ts";
import { ownAnswer } from "./own-answers.ts";
import { CHAT, channelsAt, PEOPLE, type Who } from "./people.ts";
import { recordedMedia } from "./recorded-media.ts";
import { greetingOf } from "./rooms.ts";
import { staffAnswer } from "./staff-answers.ts";
import { thumbnail } from "./thumbnails.ts";
import { videoAnswer } from "./videos.ts";

export interface MadeUpSite {
  url: string;
  /** Chat and connection: what is said, and faults. */
  room: Pick<MadeUpChannel, "say" | "send" | "cut">;
  isAway: boolean;
  /** Paths of the API that were asked for, with their queries. */
  asked: string[];
  /** Who is signed in from now on. */
  signIn(who: Who): void;
  /** Changes what the API says of the channels; null: as they are. */
  arrange(change: ((channels: ChannelView[]) => ChannelView[]) | null): void;
  stop(): Promise<void>;
}

/** `nowMs`: the clock of all answers. Default: the system's. */
export async function serveMadeUpSite(nowMs: () => number = systemClock.wallMs): Promise<MadeUpSite> {
  let arranged: (channels: ChannelView[]) => ChannelView[] = (channels) => channels;
  const asked: string[] = [];
  const channel = await serveMadeUpChannel({ nowMs, answer, greet: (login, user) => greetingOf(login, user, nowMs()) });
  channel.say(...CHAT);

  function answer(request: Request): Response | null {
    const { pathname, search, searchParams: query } = new URL(request.url);
    const [, login] = /^\/live\/([^/]+)\/thumbnail[^/]*\.jpg$/.exec(pathname) ?? [];
    if (login) return thumbnail(login);
    if (pathname.startsWith("/videos/")) return recordedMedia(pathname);
    if (!pathname.startsWith("/api/v1/") || channel.isAway) return null;
    const path = pathname.slice("/api/v1".length);
    asked.push(path + search);
    const { method } = request;
    const known = { method, path, query, nowMs: nowMs(), user: channel.user, channels: arranged(channelsAt(nowMs())) };
    const body =
      ownAnswer(known) ??
      moderationAnswer(known) ??
      staffAnswer(known) ??
      clipAnswer(known) ??
      videoAnswer(known) ??
      findingAnswer(known);
    if (body === undefined || body instanceof Response) return body ?? null;
    return Response.json(body, { headers: { date: new Date(nowMs()).toUTCString() } });
  }

  return {
    url: channel.url,
    room: channel,
    asked,
    get isAway() {
      return channel.isAway;
    },
    set isAway(isAway) {
      channel.isAway = isAway;
    },
    signIn(who) {
      channel.user = PEOPLE[who];
    },
    arrange(change) {
      arranged = change ?? ((channels) => channels);
    },
    stop: channel.stop,
  };
}
