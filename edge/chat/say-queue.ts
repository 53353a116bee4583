// The lines of one socket: they go to the room one at a time, and each is answered with `said` or `refused`.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { WorkTraces } from "#runtime/trace/work-traces.ts";
import type { ClientFrame, ServerFrame } from "#schema/api/chat-frames.ts";
import { REFUSALS, type RefusedCode } from "#schema/api/chat-refusals.ts";
import type { Standing } from "#schema/queries/people/channel-roles.ts";
import type { LineTokens, SayAnswer } from "#schema/wire/room.ts";
import type { Verdict } from "../gateway/limits/token-prefetch.ts";
import { authorOf } from "./author.ts";
import { sayObservers, says } from "./metrics.ts";
import type { Speaker } from "./speakers.ts";

/** Lines that wait for an earlier one; over it `busy`. */
const SAYS_WAITING_MAX = 20;
/** Deadline of a line, retries and what is asked before included; longer than the 5 s that a room keeps a line while the database is away. */
const SAY_WITHIN_MS = 6_000;
const BUSY_RETRY_AFTER_MS = 1_000;

type Say = Extract<ClientFrame, { type: "say" }>;

export interface SayQueueParts {
  world: { clock: Clock };
  caller: Caller;
  traces: WorkTraces;
  /** Takes a token of this user's limit of lines; null: no limit. */
  takeLine(userId: string): Promise<Verdict | null>;
  /** Called for each line that is stored. */
  lineSaid(said: SaidLine): void;
}

export interface SaidLine {
  channelId: string;
  userId: string;
  lineId: string;
}

/** The socket of the lines. */
export interface SayingSocket {
  readonly channel: { id: string; ownerUserId: string };
  /** Null: not signed in, or not known yet. */
  readonly speaker: Speaker | null;
  /** After the welcome, and not closed. */
  readonly isOpen: boolean;
  /** If true, the socket is closed. */
  isRevoked(speaker: Speaker): boolean;
  /** Display name and roles in this channel. */
  standingOf(speaker: Speaker): Promise<Standing>;
  /** What in a line is not said in words. */
  tokensOf(body: string): Promise<LineTokens>;
  send(frame: ServerFrame): void;
  broke(error: unknown, options?: { staysOpen: boolean }): void;
}

export class SayQueue {
  #waiting: Say[] | null = null;
  #busy = false;

  constructor(
    private readonly parts: SayQueueParts,
    private readonly socket: SayingSocket,
  ) {}

  /** A line is not answered yet. */
  get isBusy() {
    return this.#busy;
  }

  /** Lines before the welcome wait: the speaker may not be known yet. */
  add(say: Say) {
    const { speaker, isOpen } = this.socket;
    if (!speaker && isOpen) return this.#refuse(say.nonce, "not_signed_in");
    if (!say.body.isWellFormed()) return this.#refuse(say.nonce, "invalid_body");
    this.#waiting ??= [];
    if (this.#waiting.length >= SAYS_WAITING_MAX) return this.#refuse(say.nonce, "busy", BUSY_RETRY_AFTER_MS);
    this.#waiting.push(say);
    this.next();
  }

  /** Only one line at a time: a second one could overtake the first while the owner changes. */
  next() {
    if (this.#busy || !this.socket.isOpen) return;
    const say = this.#waiting?.shift();
    if (!say) {
      this.#waiting = null;
      return;
    }
    this.#busy = true;
    this.parts.traces
      .within("chat say", () => this.#say(say))
      .catch((error: unknown) => this.socket.broke(error))
      .finally(() => {
        this.#busy = false;
        this.next();
      });
  }

  async #say({ nonce, body, replyTo }: Say) {
    const { speaker, channel } = this.socket;
    if (!speaker || !maySpeak(speaker)) return this.#refuse(nonce, "not_signed_in");
    if (this.socket.isRevoked(speaker)) return;
    const { clock } = this.parts.world;
    const fromMs = clock.monoMs();
    const verdict = await this.parts.takeLine(speaker.userId);
    if (verdict && !verdict.allowed) return this.#refuse(nonce, "rate_limited", verdict.retryAfterMs);
    const standing = await this.socket.standingOf(speaker);
    const user = authorOf(speaker, channel.ownerUserId, standing);
    const { speaking } = standing;
    const tokens = await this.socket.tokensOf(body);
    const request = {
      ...{ type: "room.say", user, nonce, body },
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(speaking && { speaking }),
      ...(tokens.emotes.length + tokens.logins.length > 0 && { tokens }),
    };
    const took = (outcome: keyof typeof sayObservers) =>
      sayObservers[outcome].observe((clock.monoMs() - fromMs) / 1_000);
    try {
      const said = await this.parts.caller.call<SayAnswer>("channel", channel.id, request, {
        // What was asked before counts too: with the database away it takes a while.
        timeoutMs: fromMs + SAY_WITHIN_MS - clock.monoMs(),
      });
      says.inc({ outcome: "said" });
      took("said");
      this.socket.send({ type: "said", nonce, id: said.id, seq: said.seq });
      this.parts.lineSaid({ channelId: channel.id, userId: speaker.userId, lineId: said.id });
    } catch (error) {
      if (!(error instanceof Refusal)) this.socket.broke(error, { staysOpen: true });
      const code = error instanceof Refusal ? toClient(error.code) : "internal";
      took(FAILURES.has(code) ? "failed" : "refused");
      this.#refuse(nonce, code, error instanceof Refusal ? error.retryAfterMs : undefined);
    }
  }

  #refuse(nonce: string, code: RefusedCode, retryAfterMs?: number) {
    says.inc({ outcome: code });
    this.socket.send({ type: "refused", nonce, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  }
}

/** What no rule of the room says. */
const FAILURES = new Set<RefusedCode>(["unavailable", "internal", "busy"]);

/** A bot needs the scope `chat:write`. */
const maySpeak = ({ scopes }: Speaker) => scopes === null || scopes.has("chat:write");

/** Codes between our own processes become `unavailable`: the outcome is unknown, and the client repeats with the same nonce. */
function toClient(code: string): RefusedCode {
  if (Object.hasOwn(REFUSALS, code)) return code as RefusedCode;
  if (code === "moved" || code === "timeout") return "unavailable";
  return code === "invalid_value" ? "invalid_body" : "internal";
}
