// The product's pages over a made-up server: one channel in any state, and its chat. For what a page does with states that a real system
// takes minutes to reach, or never does on demand.

import type { Server, ServerWebSocket } from "bun";
import { loadInstance } from "#edge/web/server/instance.ts";
import { createWebApp } from "#edge/web/server/serve.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import type { AboutView } from "#schema/api/channel-about.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import type { LineEntry, RoomSettings } from "#schema/api/chat.ts";
import type { ServerFrame } from "#schema/api/chat-frames.ts";
import type { RefusedCode } from "#schema/api/chat-refusals.ts";
import type { UserView } from "#schema/api/user.ts";
import { withLinks } from "#schema/wire/line-links.ts";
import { LIVE_PROTOCOL, liveClose } from "#schema/wire/live-stream.ts";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";

/** The channel of a socket. */
interface Joined {
  login: string;
  /** Else the chat. */
  isMedia: boolean;
}

interface SaidLine {
  login: string;
  body: string;
  badges?: string[];
  answers?: number;
  action?: boolean;
}

export interface MadeUpChannel {
  url: string;
  /** What the API says of the channel; null: 404. May be changed at any time. */
  channel: ChannelView | null;
  about: AboutView;
  /** Who is signed in; null: nobody. */
  user: UserView | null;
  /** True: each request to the API and each socket is answered with 503. */
  isAway: boolean;
  /** To each socket of the chat. */
  send(frame: ServerFrame): void;
  /** What the person who is signed in may do in the room. */
  roles: string[];
  room: RoomSettings;
  /** What the room has beside its lines, at the next welcome. */
  beside: Pick<Greeting, "pinned" | "poll" | "raid">;
  /** Why the next lines are refused; null: they are stored. */
  refusal: { code: RefusedCode; retryAfterMs?: number } | null;
  /** What the pages asked the API for, as `PUT /me/blocks/quickfox`, but for reading. */
  acts: string[];
  /** Adds lines to the room. `answers`: the `seq` of another. */
  say(...lines: SaidLine[]): void;
  /** Removes these lines of the room. */
  remove(...seqs: number[]): void;
  /** Closes each socket. */
  cut(): void;
  stop(): Promise<void>;
}

export const NIGHT_DIVE: ChannelView = {
  id: "00000000-0000-7000-8000-000000000001",
  login: "tidewalker",
  displayName: "tidewalker",
  pictureUrl: null,
  bannerUrl: null,
  title: "Coral and cold water: night dive with the slow camera",
  category: "Nature",
  categorySlug: "nature",
  tags: ["English", "Ocean", "No music"],
  language: "en",
  mature: false,
  followers: 18_204,
  visibility: "public",
  autoStart: true,
  record: true,
  clips: true,
  downloads: false,
  live: null,
};

/** On air for 2:14:08. */
export const onAir = (phase: "preview" | "live" | "lost" = "live"): ChannelView => ({
  ...NIGHT_DIVE,
  live: {
    phase,
    broadcastId: "00000000-0000-7000-8000-0000000000b1",
    startedAt: new Date(systemClock.wallMs() - 8_048_000).toISOString(),
    viewers: 1_204,
    hlsUrl: "/live/tidewalker/index.m3u8",
    dvrUrl: null,
    whepUrl: null,
    thumbnailUrl: null,
  },
});

/** How a room greets somebody: what they may do in it, and what it has beside its lines. */
export type Greeting = Pick<Extract<ServerFrame, { type: "welcome" }>, "pinned" | "poll" | "raid"> & {
  roles?: string[];
  room?: RoomSettings;
  /** What this socket is told after the welcome. Default: nothing. */
  told?: ServerFrame[];
};

interface MadeUpOptions {
  /** Asked first, for each request but those of sockets; null: the usual answer. */
  answer?(request: Request): Response | null;
  /** The clock of what is said. Default: the system's. */
  nowMs?(): number;
  /** `login`: of the channel. Default: as `roles` and `room` say, and with nothing beside the lines. */
  greet?(login: string, user: UserView | null): Greeting;
}

/** There are no media by WebSocket here: players use playlists. */
function refuseMedia(request: Request, server: Server<Joined>): Response {
  const headers = { "sec-websocket-protocol": LIVE_PROTOCOL };
  const isUpgraded = server.upgrade(request, { data: { login: "", isMedia: true }, headers });
  return isUpgraded ? new Response() : new Response(null, { status: 400 });
}

export async function serveMadeUpChannel(options: MadeUpOptions = {}): Promise<MadeUpChannel> {
  const { answer: first = () => null, nowMs = systemClock.wallMs, greet = (): Greeting => ({}) } = options;
  const app = await createWebApp({
    log: createLog({ name: "pages", level: "silent" }),
    clock: systemClock,
    previewOf: async () => null,
    isCategory: async () => true,
    instance: await loadInstance("TwitchClone", null),
  });
  const sockets = new Set<ServerWebSocket<Joined>>();
  const lines: LineEntry[] = [];
  let headSeq = 0;
  const colours = ["#e3738f", "#c77dff", "#4ecdc4", "#b8de6f", "#7db8ff"];
  const json = (value: unknown, status = 200) => Response.json(value, { status });
  const problem = (status: number, code: string) => json({ status, code, title: code }, status);
  const signedIn = (user: UserView) => json({ user, accessToken: "made-up", expiresInMs: 600_000 });

  function answer(path: string): Response {
    const { channel, user } = made;
    if (path === "/auth/refresh") return user ? signedIn(user) : problem(401, "not_signed_in");
    if (channel && path === `/channels/${channel.login}`) return json(channel);
    if (path.endsWith("/emotes")) return json({ channel: [], instance: [] });
    if (channel && path === `/channels/${channel.login}/about`) return json(made.about);
    if (path.startsWith("/me/follows/")) return json({ following: false });
    if (path === "/channels" || path === "/me/follows" || path === "/me/blocks")
      return json({ items: [], nextCursor: null });
    return problem(404, "not_found");
  }

  const server = Bun.serve<Joined>({
    port: 0,
    hostname: "127.0.0.1",
    // What never comes is waited for.
    idleTimeout: 0,
    async fetch(request, server) {
      const { pathname } = new URL(request.url);
      const answered = first(request);
      if (answered) return answered;
      if (!pathname.startsWith("/api/v1")) {
        if (pathname.endsWith("/live.ws")) return refuseMedia(request, server);
        if (pathname.startsWith("/live/")) return new Response(null, { status: 404 });
        return (await app.fetch(request)) ?? new Response(null, { status: 404 });
      }
      if (made.isAway) return problem(503, "unavailable");
      if (pathname.endsWith("/chat"))
        return server.upgrade(request, { data: { login: pathname.split("/").at(-2)!, isMedia: false } })
          ? new Response()
          : new Response(null, { status: 400 });
      const path = pathname.slice("/api/v1".length);
      if (request.method === "GET" || path === "/auth/refresh") return answer(path);
      made.acts.push(`${request.method} ${path}`);
      return new Response(null, { status: 204 });
    },
    websocket: {
      open(socket: ServerWebSocket<Joined>) {
        if (socket.data.isMedia) socket.close(liveClose.channelGone);
      },
      message(socket: ServerWebSocket<Joined>, data) {
        const frame = JSON.parse(String(data)) as { type: string; nonce?: string; body?: string; replyTo?: string };
        const { user } = made;
        if (frame.type === "hello") {
          sockets.add(socket);
          const { roles = made.roles, room = made.room, told = [], ...beside } = greet(socket.data.login, user);
          const you = user && { id: user.id, login: user.login, roles };
          const welcome: ServerFrame = {
            ...{ type: "welcome", protocol: 1, you, room, seq: headSeq, resumed: false },
            ...{ viewers: 1_204, entries: lines.slice(-50), ...made.beside, ...beside },
          };
          for (const frame of [welcome, ...told]) socket.send(JSON.stringify(frame));
        } else if (frame.type === "say" && made.refusal) {
          socket.send(JSON.stringify({ type: "refused", nonce: frame.nonce, ...made.refusal }));
        } else if (frame.type === "say" && user) {
          const answered = lines.find(({ id }) => id === frame.replyTo)?.seq;
          const action = frame.body?.startsWith("/me ") ?? false;
          const body = action ? frame.body!.slice(4) : (frame.body ?? "");
          made.say({ login: user.login, body, action, badges: made.roles, ...(answered && { answers: answered }) });
          const { id, seq } = lines.at(-1)!;
          socket.send(JSON.stringify({ type: "said", nonce: frame.nonce, id, seq }));
        }
      },
      close(socket: ServerWebSocket<Joined>) {
        sockets.delete(socket);
      },
    },
  });

  const made: MadeUpChannel = {
    url: `http://127.0.0.1:${server.port}`,
    channel: onAir(),
    about: { about: "", rules: "", links: [] },
    user: null,
    roles: [],
    room: DEFAULT_ROOM_SETTINGS,
    beside: {},
    refusal: null,
    acts: [],
    isAway: false,
    send(frame) {
      for (const socket of sockets) socket.send(JSON.stringify(frame));
    },
    say(...said) {
      const entries = said.map(({ login, body, badges = [], answers, action = false }): LineEntry => {
        const seq = ++headSeq;
        const color = colours[login.length % colours.length]!;
        const user = { id: login, login, displayName: login, color, badges };
        return withLinks({
          ...{ seq, at: new Date(nowMs()).toISOString(), kind: "line", id: `id-${seq}`, user, body },
          ...(answers && { replyTo: `id-${answers}` }),
          ...(action && { action }),
        });
      });
      lines.push(...entries);
      made.send({ type: "entries", entries });
    },
    remove(...seqs) {
      for (const line of lines.filter(({ seq }) => seqs.includes(seq)))
        Object.assign(line, { body: "", deleted: true });
      // A kind of entry that the room does not send yet.
      const at = new Date(nowMs()).toISOString();
      const entries = seqs.map((seq) => ({ seq: ++headSeq, at, kind: "deleted", id: `id-${seq}` }));
      made.send({ type: "entries", entries: entries as unknown as LineEntry[] });
    },
    cut() {
      for (const socket of sockets) socket.close(1011);
    },
    stop: () => server.stop(true),
  };
  return made;
}
