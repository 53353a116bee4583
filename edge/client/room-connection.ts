// The connection of a chat room: joins, reconnects and resumes, and sends each line once. The protocol: schema/api/chat-frames.ts, contract §4.
//
//   connecting ──hello──► greeting ──welcome──► open ──close──► waiting ──pause──► connecting
//        └───────────────────┴─ 4500–4999, a token that stays expired, close() ─► over

import type { ClientFrame, ServerFrame } from "#schema/api/chat-frames.ts";
import type { SayAnswer } from "#schema/wire/room.ts";
import { close as closeCodes, FINAL_CLOSE_CODE_MIN } from "#schema/wire/socket.ts";
import { type BackoffBounds, backoffMs } from "./backoff.ts";
import type { ClientClock } from "./clock.ts";
import { ClientError, RoomError } from "./errors.ts";
import { LineQueue } from "./line-queue.ts";
import { solve } from "./proof.ts";
import type { Room, RoomOptions } from "./room.ts";
import { SilenceWatch } from "./silence-watch.ts";
import { type ClientSocket, OPEN, ownSocket } from "./socket.ts";
import { welcomeWithinMs } from "./welcome-within.ts";

const PAUSES: BackoffBounds = { firstMs: 1_000, longestMs: 30_000 };
/** Additional pause after 4029: another socket must close first. */
const CROWDED_MS = 15_000;
/** A connection closed earlier than this counts as a failure: welcome and close in turn must not become a fast loop. */
const STABLE_AFTER_MS = 10_000;

const FINAL_CODES: Record<number, string> = {
  [closeCodes.badToken]: "bad_token",
  [closeCodes.channelGone]: "channel_gone",
  [closeCodes.tooManyMalformed]: "too_many_malformed",
};

/** Resolves when the room sends `welcome`. Rejects with a RoomError if the server cannot be reached, or refuses for good. */
export function connectRoom(options: RoomOptions, clock: ClientClock): Promise<Room> {
  return new Promise((resolve, reject) => {
    const connection = new RoomConnection(options, clock, { resolve: () => resolve(room), reject });
    const room: Room = {
      say: (body, { replyTo } = {}) => connection.say(body, replyTo),
      setHidden: (hidden) => connection.setHidden(hidden),
      close: () => connection.close(),
    };
    connection.open();
  });
}

class RoomConnection {
  readonly #url: string;
  readonly #lines: LineQueue;
  #socket: ClientSocket | null = null;
  /** The last entry's `seq`; null: never welcomed. */
  #seq: number | null = null;
  /** Null: not over. */
  #endedBy: RoomError | null = null;
  #failures = 0;
  /** Pause that `bye` asked for. */
  #byeMs: number | null = null;
  #token: string | undefined;
  /** The next token must be a new one. */
  #renew = false;
  /** The token of a hello that was refused as expired. */
  #refusedToken: string | undefined;
  /** Of this connection; null: no welcome yet. */
  #welcomedAtMs: number | null = null;
  readonly #silence: SilenceWatch;
  #isHidden = false;
  /** Of the one timer that runs until the room is open: the pause, or the wait for the welcome. */
  #cancelTimer = () => {};

  constructor(
    private readonly options: RoomOptions,
    private readonly clock: ClientClock,
    private readonly joined: { resolve(): void; reject(error: RoomError): void },
  ) {
    const { origin, channel } = options;
    this.#url = `${origin.replace(/^http/, "ws").replace(/\/+$/, "")}/api/v1/channels/${encodeURIComponent(channel)}/chat`;
    this.#lines = new LineQueue(clock, (frame) => {
      if (this.#welcomedAtMs === null) return;
      this.#send(frame);
      this.#silence.expect();
    });
    this.#silence = new SilenceWatch(clock, { ask: () => this.#send({ type: "ping" }), gone: () => this.#abandon() });
  }

  say(body: string, replyTo: string | undefined): Promise<SayAnswer> {
    if (this.#endedBy) return Promise.reject(this.#endedBy);
    return this.#lines.say(body, replyTo);
  }

  setHidden(hidden: boolean) {
    if (hidden === this.#isHidden) return;
    this.#isHidden = hidden;
    if (this.#welcomedAtMs !== null) this.#send({ type: "attention", hidden });
  }

  close() {
    this.#end(new RoomError("closed"), { byUs: true });
  }

  async open() {
    const WebSocket = this.options.WebSocket ?? ownSocket();
    if (!WebSocket)
      return this.#end(new RoomError("no_websocket", "this runtime has no WebSocket: give the one of the package ws"));
    try {
      const { token } = this.options;
      this.#token = typeof token === "function" ? await token(this.#renew) : token;
    } catch (error) {
      return this.#noToken(error);
    }
    if (this.#endedBy) return;
    if (this.#refusedToken !== undefined && this.#token === this.#refusedToken)
      return this.#end(new RoomError("token_expired", "the token has expired", { closeCode: closeCodes.tokenExpired }));
    this.#renew = false;
    this.#refusedToken = undefined;
    try {
      this.#connect(new WebSocket(this.#url));
    } catch (error) {
      this.#end(new RoomError("unreachable", `no connection to ${this.#url}`, { cause: error }));
    }
  }

  #noToken(error: unknown) {
    if (this.#endedBy) return;
    const status = error instanceof ClientError ? (error.problem?.status ?? 0) : 0;
    const isFinal = status >= 400 && status < 500 && status !== 429;
    if (isFinal || this.#seq === null) this.#end(new RoomError("no_token", "there is no token", { cause: error }));
    else this.#pause(backoffMs(PAUSES, this.#failures++, this.clock.chance()));
  }

  #connect(socket: ClientSocket) {
    this.#socket = socket;
    const mine = (handle: () => void) => {
      if (this.#socket === socket) handle();
    };
    socket.onopen = () =>
      mine(() => {
        const seq = this.#seq;
        const token = this.#token;
        this.#send({ type: "hello", ...(token ? { token } : {}), ...(seq === null ? {} : { resume: { seq } }) });
      });
    socket.onmessage = ({ data }) => mine(() => this.#receive(JSON.parse(String(data)) as ServerFrame));
    socket.onclose = ({ code }) => mine(() => this.#closed(code));
    socket.onerror = () => {}; // A close follows.
    const withinMs = welcomeWithinMs({ wasWelcome: this.#seq !== null, failures: this.#failures });
    this.#timer(withinMs, () => this.#abandon());
  }

  #receive(frame: ServerFrame) {
    this.#silence.heard();
    if (frame.type === "welcome") this.#welcomed(frame);
    else if (frame.type === "challenge") void this.#prove(frame);
    else if (frame.type === "entries") this.#show(frame.entries);
    else if (frame.type === "pinned") this.options.onPinned?.(frame.pinned);
    else if (frame.type === "poll") this.options.onPoll?.(frame.poll);
    else if (frame.type === "raid") this.#raid(frame);
    else if (frame.type === "erased") this.options.onErased?.(frame.userIds);
    else if (frame.type === "said" || frame.type === "refused") this.#lines.answered(frame);
    else if (frame.type === "bye") this.#byeMs = frame.retryAfterMs;
  }

  async #prove({ challenge, bits, expiresInMs }: Extract<ServerFrame, { type: "challenge" }>) {
    const socket = this.#socket;
    this.#timer(expiresInMs, () => this.#abandon());
    const rest = () => new Promise<void>((resolve) => this.clock.after(0, resolve));
    const solution = await solve(challenge, bits, rest);
    if (this.#socket === socket) this.#send({ type: "proof", challenge, solution });
  }

  #welcomed(frame: Extract<ServerFrame, { type: "welcome" }>) {
    this.#welcomedAtMs = this.clock.nowMs();
    this.#cancelTimer();
    this.#silence.begin();
    if (this.#isHidden) this.#send({ type: "attention", hidden: true });
    // A lower seq than ours: the room was restored from a backup, so all its entries are new to us.
    if (!frame.resumed && frame.seq < (this.#seq ?? 0)) this.#seq = 0;
    this.#show(frame.entries);
    // What does not fit into the welcome follows in `entries`.
    if (!frame.resumed && frame.entries.length === 0) this.#seq = frame.seq;
    const { pinned, poll, raid } = frame;
    if (pinned !== undefined) this.options.onPinned?.(pinned);
    if (poll) this.options.onPoll?.(poll);
    if (raid) this.options.onRaid?.(raid);
    this.joined.resolve();
    this.#lines.joined();
  }

  #raid({ type: _, ...raid }: Extract<ServerFrame, { type: "raid" }>) {
    this.options.onRaid?.(raid);
  }

  #show(entries: Extract<ServerFrame, { type: "entries" }>["entries"]) {
    for (const entry of entries) {
      if (this.#endedBy) return;
      if (entry.seq <= (this.#seq ?? 0)) continue;
      this.#seq = entry.seq;
      if (entry.kind === "line") this.options.onEntry?.(entry);
      else if (entry.kind === "deleted" || entry.kind === "cleared" || entry.kind === "notice")
        this.options.onModeration?.(entry);
    }
  }

  #closed(code: number) {
    this.#socket = null;
    this.#cancelTimer();
    this.#silence.end();
    const wasOpenMs = this.#welcomedAtMs === null ? null : this.clock.nowMs() - this.#welcomedAtMs;
    this.#welcomedAtMs = null;
    if (code >= FINAL_CLOSE_CODE_MIN && code < 5_000)
      return this.#end(new RoomError(FINAL_CODES[code] ?? "closed", `closed with ${code}`, { closeCode: code }));
    // Nobody says that such a room exists: a wrong address would be tried for ever.
    const isOurs = code >= 4_000 && code < FINAL_CLOSE_CODE_MIN;
    if (this.#seq === null && !isOurs)
      return this.#end(new RoomError("unreachable", `no connection to ${this.#url}`, { closeCode: code }));
    if (wasOpenMs !== null && wasOpenMs >= STABLE_AFTER_MS) this.#failures = 0;
    const isExpired = code === closeCodes.tokenExpired;
    this.#renew = isExpired;
    // An open connection is closed so when the account has changed, too: the same token may be good for the next one.
    this.#refusedToken = isExpired && wasOpenMs === null ? this.#token : undefined;
    const pauseMs = backoffMs(PAUSES, this.#failures, this.clock.chance());
    const byeMs = this.#byeMs;
    this.#byeMs = null;
    if (byeMs !== null) this.#pause(byeMs);
    else if (code === closeCodes.tooManySockets) this.#pause(CROWDED_MS + pauseMs);
    else this.#pause(isExpired && this.#failures === 0 ? 0 : pauseMs);
    this.#failures++;
  }

  #pause(ms: number) {
    this.#timer(ms, () => void this.open());
  }

  /** Does not wait for the other end, which may be gone. */
  #abandon() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#closed(1_006);
  }

  #timer(ms: number, ring: () => void) {
    this.#cancelTimer();
    this.#cancelTimer = this.clock.after(ms, ring);
  }

  #send(frame: ClientFrame) {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #end(error: RoomError, { byUs = false } = {}) {
    if (this.#endedBy) return;
    this.#endedBy = error;
    this.#cancelTimer();
    this.#silence.end();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#lines.end(error);
    const wasJoined = this.#seq !== null;
    this.joined.reject(error);
    if (wasJoined && !byUs) this.options.onClose?.(error);
  }
}
