// For tests: a scriptable origin over real HTTP, and an edge's media in front of it.

import { Refusal } from "#runtime/actor/actor.ts";
import { every, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { MemoryHub } from "#runtime/bus/bus-memory.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { Visibility } from "#schema/queries/channels/channel-names.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { EPOCH_HEADER, FIRST_HELD_HEADER, HEAD_HEADER } from "#schema/wire/media.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { createWatches } from "../channels/status-watch.ts";
import { createKeyRing } from "../identity/tokens/key-ring.ts";
import { createPlaybackAudience } from "../playback/audience.ts";
import { PlayerReports } from "../playback/player-reports.ts";
import { createPlaybackTokens } from "../playback/token.ts";
import { ChannelViewers } from "../playback/viewers.ts";
import { createMedia } from "./live.ts";
import type { MediaLimitsConfig } from "./media-limits.ts";

export const CHANNEL = "0190f3b0-0000-7000-8000-000000000001";
export const BROADCAST = "0190f3b0-0000-7000-8000-00000000000b";

/** Of a path, with its query, below `/media/<broadcast>/`. */
type Answer = (request: Request) => Response | Promise<Response>;

export class TestOrigin {
  /** For paths without an answer of their own. */
  otherwise: (path: string) => Response | Promise<Response> = () => new Response(null, { status: 404 });
  readonly asked: string[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 30,
    fetch: (request) => {
      const { pathname, search } = new URL(request.url);
      const path = pathname.slice(`/media/${BROADCAST}/`.length);
      this.asked.push(path + search);
      const answer = this.#answers.get(path + search) ?? this.#answers.get(path);
      return answer ? answer(request) : this.otherwise(path);
    },
  });

  get url() {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  on(path: string, answer: Answer) {
    this.#answers.set(path, answer);
  }

  /** Answers with these bytes or this text. */
  has(path: string, bytes: Uint8Array<ArrayBuffer> | string, headers: Record<string, string> = {}) {
    this.on(path, () => new Response(bytes, { headers }));
  }

  count(path: string) {
    return this.asked.filter((asked) => asked === path).length;
  }

  /** Like `kill -9`: connections break, the port refuses new ones. */
  die() {
    return this.#server.stop(true);
  }
}

export interface WindowOptions {
  from: number;
  /** Last closed number. */
  to: number;
  epoch?: number;
  firstHeld?: number;
  /** Parts of the open segment. Default 1. */
  open?: number;
  ended?: boolean;
}

/** A small live window: segments of 2 s with two parts of 1 s; the last two segments list their parts. */
export function windowText({ from, to, epoch = 1, open = 1, ended = false }: WindowOptions): string {
  const part = (number: number, n: number) =>
    `#EXT-X-PART:DURATION=1.00000,URI="source/p${epoch}-1-${number * 2 + n}.m4s"${n === 0 ? ",INDEPENDENT=YES" : ""}`;
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:9",
    "#EXT-X-TARGETDURATION:2",
    "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3.0,CAN-SKIP-UNTIL=12.0",
    "#EXT-X-PART-INF:PART-TARGET=1.0",
    `#EXT-X-MEDIA-SEQUENCE:${from}`,
    '#EXT-X-MAP:URI="source/iaa.mp4"',
  ];
  for (let number = from; number <= to; number++) {
    if (number > to - 2 && !ended) lines.push(part(number, 0), part(number, 1));
    lines.push("#EXTINF:2.00000,", `${BROADCAST}/source/s${number}.m4s`);
  }
  if (ended) lines.push("#EXT-X-ENDLIST");
  else {
    for (let n = 0; n < open; n++) lines.push(part(to + 1, n));
    lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="source/p${epoch}-1-${(to + 1) * 2 + open}.m4s"`);
  }
  return `${lines.join("\n")}\n`;
}

export function windowHeaders({ from, to, epoch = 1, firstHeld = from, open = 1 }: WindowOptions) {
  return {
    [EPOCH_HEADER]: String(epoch),
    [FIRST_HELD_HEADER]: String(firstHeld),
    [HEAD_HEADER]: String(to + (open > 0 ? 1 : 0)),
  };
}

/** Makes an origin live: a part of 100 ms at a time, two in a segment; playlist requests and hinted parts block as those of a packager. */
export function liveOrigin(origin: TestOrigin, { partMs = 100 } = {}) {
  let parts = 20;
  let producedMs = performance.now();
  const waiting: (() => void)[] = [];
  const first = parts;
  const stopMaking = every(systemClock, partMs, () => {
    parts++;
    producedMs = performance.now();
    for (const go of waiting.splice(0)) go();
  });
  const made = async (isThere: () => boolean) => {
    while (!isThere()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const window = (): WindowOptions => {
    const to = Math.floor(parts / 2) - 1;
    return { from: Math.max(0, to - 9), to, open: parts % 2 };
  };
  const playlist = () => new Response(windowText(window()), { headers: windowHeaders(window()) });
  origin.on("source.m3u8", async ({ url }) => {
    const asked = new URL(url).searchParams;
    const msn = Number(asked.get("_HLS_msn") ?? -1);
    const part = asked.get("_HLS_part");
    await made(() => parts > (part === null ? msn * 2 + 1 : msn * 2 + Number(part)));
    return playlist();
  });
  origin.on("index.m3u8", () => new Response("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n"));
  origin.otherwise = async (path) => {
    const [, n] = /^source\/p1-1-(\d+)\.m4s$/.exec(path) ?? [];
    if (n === undefined || Number(n) > parts) return new Response(null, { status: 404 });
    await made(() => parts > Number(n));
    return new Response(new Uint8Array(1_000));
  };
  return {
    get openNumber() {
      return Math.floor(parts / 2);
    },
    /** Segment and part that come next. */
    get next(): [msn: number, part: number] {
      return [Math.floor(parts / 2), parts % 2];
    },
    /** Time of the newest part. */
    get producedMs() {
      return producedMs;
    },
    get produced() {
      return parts - first;
    },
    stop() {
      stopMaking();
      waiting.length = 0;
    },
  };
}

export const statusOf = (over: Partial<ChannelStatus> = {}): ChannelStatus => ({
  channelId: CHANNEL,
  epoch: 1,
  phase: "live",
  broadcastId: BROADCAST,
  startedAt: null,
  origin: null,
  ended: false,
  headSeq: 0,
  viewers: 0,
  ...over,
});

export interface EdgeOptions {
  /** Null: the channel's actor does not answer. */
  status: ChannelStatus | null;
  holdMs?: number;
  mediaCacheBytes?: number;
  visibility?: Visibility;
  playbackOrigins?: string[];
  /** Default: no limit. */
  limits?: Partial<MediaLimitsConfig>;
  /** The door while the edge is flooded. Default: open. */
  admitPlain?(): void;
}

/** No limit. */
const UNLIMITED: MediaLimitsConfig = {
  mediaBytesPerMinutePerSession: 0,
  mediaBytesPerMinutePerIp: 0,
  mediaRequestsPerMinutePerSession: 0,
  mediaRequestsPerMinutePerIp: 0,
  mediaWaitingPerSession: 0,
  mediaWaitingPerIp: 0,
};

const keys = createKeyRing({ secret: "a secret that only the tests know about" });
export const testTokens = createPlaybackTokens({ keys, clock: systemClock, random: systemRandom });

export function startEdge({
  status,
  holdMs = 1_500,
  mediaCacheBytes = 64 * 1024 * 1024,
  visibility,
  playbackOrigins = [],
  limits = {},
  admitPlain = () => {},
}: EdgeOptions) {
  const channel = { id: CHANNEL, visibility: visibility ?? "public", playbackVersion: 1 };
  const log = createLog({ name: "test", level: "silent" });
  const hub = new MemoryHub(systemClock);
  const owner = hub.connect();
  let current = status;
  const caller: Caller = {
    async call<Value>() {
      if (!current) throw new Refusal("unavailable", "no actor node is running");
      return current as Value;
    },
  };
  const watches = createWatches({ bus: hub.connect(), caller, clock: systemClock, log, edgeId: "edge-1" });
  const viewers = new ChannelViewers({
    clock: systemClock,
    perAddressMax: 2,
    onChange: (channelId, here) => watches.setViewers(channelId, here),
  });
  const reports = new PlayerReports(systemClock);
  const addressOf = (request: Request) => request.headers.get("x-test-address") ?? "192.0.2.1";
  const media = createMedia(
    {
      clock: systemClock,
      log,
      random: systemRandom,
      config: {
        playbackOrigins,
        publicUrl: "https://edge.example",
        limits: { mediaCacheBytes, ...UNLIMITED, ...limits },
      },
    },
    {
      watches,
      holdMs,
      findChannel: async (name) => (name === "anna" || name === CHANNEL ? channel : null),
      tokens: testTokens,
      floods: { admitPlain },
      audience: createPlaybackAudience({ tokens: testTokens, viewers, reports, addressOf }),
      addressOf,
    },
  );
  return {
    media,
    watches,
    log,
    viewers,
    reports,
    channel,
    get: async (path: string, init?: RequestInit): Promise<Response> => {
      const response = await media.fetch(new Request(`http://edge/live/anna/${path}`, init));
      if (!response) throw new Error("not the media's path");
      return response;
    },
    /** The owner publishes this status, and answers with it from now on. */
    say: (next: ChannelStatus) => {
      current = next;
      owner.publish(subjects.status(CHANNEL), next);
    },
    stop: () => {
      media.stop();
      viewers.stop();
      reports.stop();
      watches.stop();
    },
  };
}
