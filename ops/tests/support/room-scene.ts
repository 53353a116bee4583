// Rooms with people for tests of their routes and sockets: the routes on a real PostgreSQL, rooms' owners on NATS, and two edges with sockets.

import { lineTokens } from "#edge/chat/line-tokens.ts";
import type { SaidLine } from "#edge/chat/say-queue.ts";
import { chatEdge, type TestChatEdge, testBus, Viewer } from "#edge/chat/testing.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "#edge/testing.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import type { EdgeConfig } from "#runtime/config/edge.ts";
import type { Sql } from "#schema/database.ts";
import { emoteCodes } from "#schema/queries/emotes/emotes.ts";
import { standingInChannel } from "#schema/queries/people/channel-roles.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { ownRoom, type RoomOwner } from "./room-owner.ts";

interface RoomSceneOptions {
  /** Logins. The first one's channel is the one that the shorthands are about. */
  people: readonly string[];
  /** By login of the channel's owner: who moderates there. Each of these channels has a room with an owner. */
  rooms: Readonly<Record<string, readonly string[]>>;
  limits?: Partial<EdgeConfig["limits"]>;
  /** Default: the sockets learn of it. */
  rolesChanged?(channelId: string, userId: string): void;
  /** Called for each line that is stored. */
  lineSaid?(said: SaidLine): void;
}

// biome-ignore lint/suspicious/noExplicitAny: the bodies of dozens of routes.
type Body = any;

type Frame = Viewer["frames"][number];
type FrameOf<Type extends Frame["type"]> = Extract<Frame, { type: Type }>;

export class RoomScene {
  database!: TestDatabase;
  bus!: Bus;
  caller!: Caller;
  edge!: TestEdge;
  chats: TestChatEdge[] = [];
  readonly people: Record<string, TestUser> = {};
  /** By login of the channel's owner. */
  readonly channels: Record<string, string> = {};
  readonly owners: Record<string, RoomOwner> = {};
  readonly #viewers: Viewer[] = [];
  #nonce = 0;

  constructor(private readonly options: RoomSceneOptions) {}

  async open() {
    const { people, rooms, limits = {}, rolesChanged } = this.options;
    this.database = await testDatabase();
    this.bus = await testBus();
    this.caller = createCaller({ bus: this.bus, clock: systemClock, random: systemRandom });
    this.edge = await testEdge({
      ...{ database: this.database, bus: this.bus, caller: this.caller },
      rolesChanged: rolesChanged ?? ((channelId, userId) => this.#tellRoles(channelId, userId)),
      limits: { writesPerMinutePerUser: 0, readsPerMinutePerUser: 0, ...limits },
    });
    for (const login of people) await this.register(login);
    for (const login of Object.keys(rooms)) await this.own(login);
    this.chats = await Promise.all([this.#chatEdge(), this.#chatEdge()]);
    for (const [login, moderators] of Object.entries(rooms))
      for (const moderator of moderators) await this.give(login, "moderators", moderator);
  }

  async close() {
    for (const chat of this.chats) await chat.close();
    for (const owner of Object.values(this.owners)) await owner.stop();
    await this.edge.close();
    await this.bus.close();
  }

  /** Closes the sockets of the test before. */
  leave() {
    for (const viewer of this.#viewers.splice(0)) viewer.ws.close();
  }

  get sql(): Sql {
    return this.database.database.sql;
  }

  /** Of the first person. */
  get channelId(): string {
    return this.channels[this.#first]!;
  }

  async register(login: string) {
    this.people[login] = await this.edge.register(login);
    const [channel] = await this.sql<{ id: string }[]>`
      SELECT id FROM channels WHERE user_id = ${this.people[login].userId}`;
    this.channels[login] = channel!.id;
  }

  async give(channel: string, role: "moderators" | "editors", login: string) {
    const { status, text } = await this.send(channel, "PUT", `/channels/${channel}/${role}/${login}`);
    if (status !== 204) throw new Error(`${login} did not get ${role}: ${status} ${text}`);
  }

  /** Claims a room, and answers for it. */
  async own(login = this.#first) {
    const { bus, caller } = this;
    const channelId = this.channels[login]!;
    this.owners[login] = await ownRoom({ database: this.database.database, bus, channelId, caller });
  }

  /** Another owner takes the room: after a hand-over, or after the death of the one before. */
  async replaceOwner({ login = this.#first, how = "stop" }: { login?: string; how?: "stop" | "kill" } = {}) {
    await this.owners[login]![how]();
    await this.own(login);
  }

  /** `path` is below `/api/v1`. `login` null: a visitor. */
  readonly send = async (
    login: string | null,
    method: string,
    path: string,
    json?: unknown,
  ): Promise<Omit<Answer, "body"> & { body: Body }> =>
    this.edge.ask(method, `/api/v1${path}`, {
      ...(login ? { token: this.people[login]!.token } : {}),
      ...(json === undefined && !["PUT", "POST"].includes(method) ? {} : { json: json ?? {} }),
    });

  /** `path` is below the chat of the first person's channel. */
  readonly chat = (login: string | null, method: string, path: string, json?: unknown) =>
    this.send(login, method, `/channels/${this.#first}/chat/${path}`, json);

  /** The status of `send`, and the code where there is one. */
  readonly answered = async (...asked: Parameters<RoomScene["send"]>) => codeOf(await this.send(...asked));

  /** The status of `chat`, and the code where there is one. */
  readonly chatAnswered = async (...asked: Parameters<RoomScene["chat"]>) => codeOf(await this.chat(...asked));

  /** A socket at one of the edges, after its welcome. `login` null: a visitor. */
  readonly join = async (login: string | null, { at = 0, channel = this.#first } = {}): Promise<Viewer> => {
    const viewer = new Viewer(this.chats[at]!.url(this.channels[channel]!));
    this.#viewers.push(viewer);
    await viewer.hello(login === null ? undefined : this.people[login]!.token);
    return viewer;
  };

  /** The answer to a line. The same nonce may be said again. */
  readonly say = async (viewer: Viewer, body: string, nonce = `${++this.#nonce}`) => {
    const answers = () =>
      viewer.frames.filter(
        (frame): frame is FrameOf<"said"> | FrameOf<"refused"> =>
          (frame.type === "said" || frame.type === "refused") && frame.nonce === nonce,
      );
    const before = answers().length;
    viewer.say(nonce, body);
    return viewer.until(() => answers()[before]);
  };

  /** `said`, or why not. */
  readonly outcome = async (...said: Parameters<RoomScene["say"]>) => {
    const answer = await this.say(...said);
    return answer.type === "refused" ? answer.code : answer.type;
  };

  get #first(): string {
    return this.options.people[0]!;
  }

  #tellRoles(channelId: string, userId: string) {
    for (const chat of this.chats) chat.hub.rolesChanged(channelId, userId);
  }

  #chatEdge(): Promise<TestChatEdge> {
    const { edge, sql, people } = this;
    const { lineSaid } = this.options;
    return chatEdge({
      speakers: {
        verify: async (token) => await edge.auth.tokens.verify(token),
        validity: () => "valid",
        standingIn: (channelId, userId) => standingInChannel(sql, { channelId, userId }),
        tokensIn: (channelId, body) =>
          lineTokens(channelId, body, {
            codesOf: async (id) => (await emoteCodes(sql, [id]))[0]!.codes,
            isPerson: async (login) => login in people,
          }),
      },
      ...(lineSaid && { lineSaid }),
    });
  }
}

export const framesOf = <Type extends Frame["type"]>(viewer: Viewer, type: Type) =>
  viewer.frames.filter((frame): frame is FrameOf<Type> => frame.type === type);

const codeOf = ({ status, body }: { status: number; body: Body }) => (body?.code ? [status, body.code] : status);
