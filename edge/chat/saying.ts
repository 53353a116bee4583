// What a viewer says: one line under way at a time, the others wait for it; each is answered with `said` or `refused`.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { ChannelRole } from "#schema/api/channel-roles.ts";
import type { RefusedCode, SayAnswer } from "#schema/wire/room.ts";
import type { ClientFrame, ServerFrame } from "#schema/wire/socket.ts";
import type { Verdict } from "../gateway/limits/token-prefetch.ts";
import { authorOf } from "./author.ts";
import { says } from "./metrics.ts";
import type { Speaker } from "./speakers.ts";

/** Lines that wait for the one before them; over it `busy`. */
const SAYS_WAITING_MAX = 20;
/** In all, over every retry; above the 5 s that a room keeps a line while its store is away. */
const SAY_WITHIN_MS = 6_000;
const BUSY_RETRY_AFTER_MS = 1_000;

type Say = Extract<ClientFrame, { type: "say" }>;

export interface SayingParts {
  caller: Caller;
  /** Counts one line of this user; null: no limit. */
  mayLine(userId: string): Promise<Verdict | null>;
}

/** The socket that the lines come from. */
export interface Voice {
  readonly channel: { id: string; ownerUserId: string };
  /** Null: nobody who has signed in, as far as is known. */
  readonly speaker: Speaker | null;
  /** Welcomed, and not closed. */
  readonly isOpen: boolean;
  /** Closes the socket then. */
  isRevoked(speaker: Speaker): boolean;
  /** What the channel's owner gave them. */
  grantedTo(speaker: Speaker): Promise<readonly ChannelRole[]>;
  send(frame: ServerFrame): void;
  broke(error: unknown, options?: { staysOpen: boolean }): void;
}

export class Saying {
  #waiting: Say[] | null = null;
  #busy = false;

  constructor(
    private readonly parts: SayingParts,
    private readonly voice: Voice,
  ) {}

  /** A line is under way. */
  get isBusy() {
    return this.#busy;
  }

  /** Before the welcome it waits: who it is may not be known yet. */
  ask(say: Say) {
    const { speaker, isOpen } = this.voice;
    if (!speaker && isOpen) return this.#refuse(say.nonce, "not_signed_in");
    this.#waiting ??= [];
    if (this.#waiting.length >= SAYS_WAITING_MAX) return this.#refuse(say.nonce, "busy", BUSY_RETRY_AFTER_MS);
    this.#waiting.push(say);
    this.next();
  }

  /** One line under way at a time: else the second could overtake the first while the owner changes. */
  next() {
    if (this.#busy || !this.voice.isOpen) return;
    const say = this.#waiting?.shift();
    if (!say) {
      this.#waiting = null;
      return;
    }
    this.#busy = true;
    this.#say(say)
      .catch((error: unknown) => this.voice.broke(error))
      .finally(() => {
        this.#busy = false;
        this.next();
      });
  }

  async #say({ nonce, body, replyTo }: Say) {
    const { speaker, channel } = this.voice;
    if (!speaker || !maySpeak(speaker)) return this.#refuse(nonce, "not_signed_in");
    if (this.voice.isRevoked(speaker)) return;
    const verdict = await this.parts.mayLine(speaker.userId);
    if (verdict && !verdict.allowed) return this.#refuse(nonce, "rate_limited", verdict.retryAfterMs);
    const user = authorOf(speaker, channel.ownerUserId, await this.voice.grantedTo(speaker));
    const request = { type: "room.say", user, nonce, body, ...(replyTo === undefined ? {} : { replyTo }) };
    try {
      const said = await this.parts.caller.call<SayAnswer>("channel", channel.id, request, {
        timeoutMs: SAY_WITHIN_MS,
      });
      says.inc({ outcome: "said" });
      this.voice.send({ type: "said", nonce, id: said.id, seq: said.seq });
    } catch (error) {
      if (!(error instanceof Refusal)) this.voice.broke(error, { staysOpen: true });
      const code = error instanceof Refusal ? toClient(error.code) : "internal";
      this.#refuse(nonce, code, error instanceof Refusal ? error.retryAfterMs : undefined);
    }
  }

  #refuse(nonce: string, code: RefusedCode, retryAfterMs?: number) {
    says.inc({ outcome: code });
    this.voice.send({ type: "refused", nonce, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  }
}

/** A bot needs the scope for it. */
const maySpeak = ({ scopes }: Speaker) => scopes === null || scopes.has("chat:write");

const TOLD = new Set<string>([
  "slow_mode",
  "banned",
  "timed_out",
  "followers_only",
  "subscribers_only",
  "emote_only",
  "links_off",
  "email_unverified",
  "account_too_new",
  "duplicate",
  "held",
  "blocked_term",
  "too_long",
  "invalid_body",
  "nonce_reused",
  "rate_limited",
  "not_signed_in",
  "busy",
  "unavailable",
] satisfies RefusedCode[]);

/** What goes on between our processes is, to the client, unavailable: unknown, repeat with the same nonce. */
function toClient(code: string): RefusedCode {
  if (TOLD.has(code)) return code as RefusedCode;
  if (code === "moved" || code === "timeout") return "unavailable";
  return code === "invalid_value" ? "invalid_body" : "internal";
}
