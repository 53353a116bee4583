// A room member that survives faults: it reconnects to another edge with `resume`, and repeats unacknowledged lines under their nonce.

import { ChatClient } from "#ops/tests/support/chat-client.ts";
import type { Entry } from "#schema/wire/room.ts";

/** An acknowledged line (`said`). */
export interface Acknowledged {
  nonce: string;
  body: string;
  id: string;
  seq: number;
  startMs: number;
  endMs: number;
}

/** A line that was refused with a code that allows a retry. */
export interface Refused {
  code: string;
  /** Time from `say` to the refusal. */
  afterMs: number;
}

interface MemberOptions {
  /** Edges in the order in which they are tried. */
  urls: string[];
  channel: string;
  token?: string;
}

/** After this time an edge counts as hung; a living edge answers or refuses within 5 s. */
const SAY_WITHIN_MS = 9_000;
const COME_BACK_MS = 200;
const AGAIN_MS = 100;
/** Codes after which a client sends the same line again. */
const AGAIN = new Set(["unavailable", "busy"]);

export class RoomMember {
  /** Entries that earlier sockets received. */
  #past: Entry[] = [];
  #client: ChatClient | null = null;
  #left = false;
  #attempts = 0;
  #keeper: Promise<void> = Promise.resolve();
  readonly faults: string[] = [];
  readonly refusals: Refused[] = [];
  /** Number of reconnects. */
  returns = 0;
  /** Lines sent more than once under one nonce. */
  repeats = 0;

  private constructor(private readonly options: MemberOptions) {}

  /** Resolves once the member has joined the room. */
  static async join(options: MemberOptions): Promise<RoomMember> {
    const member = new RoomMember(options);
    await member.#enter();
    member.#keeper = member.#keep();
    return member;
  }

  /** All entries in order of arrival, over all sockets. */
  get entries(): Entry[] {
    return [...this.#past, ...(this.#client?.entries ?? [])];
  }

  get headSeq(): number {
    return this.#client?.headSeq || (this.#past.at(-1)?.seq ?? 0);
  }

  /** Sends a line as often as needed; resolves when it is stored. Null: refused for good, or not stored in time. */
  async say(body: string, nonce: string, withinMs: number): Promise<Acknowledged | null> {
    const startMs = performance.now();
    for (let tries = 0; performance.now() - startMs < withinMs; tries++) {
      if (tries === 1) this.repeats++;
      const client = this.#client;
      if (client && !client.closed) {
        const saidMs = performance.now();
        const verdict = await Promise.race([client.say(body, nonce), Bun.sleep(SAY_WITHIN_MS)]);
        if (!verdict) this.#abandon(client);
        else if (verdict.type === "said")
          return { nonce, body, id: verdict.id, seq: verdict.seq, startMs, endMs: performance.now() };
        else if (!AGAIN.has(verdict.code)) {
          this.faults.push(`"${body}" was refused: ${verdict.code}`);
          return null;
        } else this.refusals.push({ code: verdict.code, afterMs: performance.now() - saidMs });
      }
      await Bun.sleep(AGAIN_MS);
    }
    this.faults.push(`"${body}" was not stored within ${withinMs} ms`);
    return null;
  }

  async leave() {
    this.#left = true;
    this.#client?.socket.close();
    await this.#keeper;
  }

  async #keep() {
    while (!this.#left) {
      const client = this.#client;
      if (client && !client.closed) {
        await Bun.sleep(50);
        continue;
      }
      if (client) this.#abandon(client);
      // A random pause, because people do not reconnect at the same moment.
      await Bun.sleep(COME_BACK_MS * (0.5 + Math.random()));
      await this.#enter().catch(() => {}); // This edge is away too: try the next one.
    }
  }

  async #enter() {
    const { urls, channel, token } = this.options;
    const url = urls[this.#attempts++ % urls.length]!;
    const resumeSeq = this.headSeq;
    const client = await ChatClient.join({
      url,
      channel,
      ...(token && { token }),
      ...(this.#attempts > 1 && { resume: { seq: resumeSeq } }),
    });
    if (this.#left) return client.socket.close();
    if (this.#attempts > 1 && resumeSeq > 0 && !(await client.welcome).resumed)
      this.faults.push(`a resume from ${resumeSeq} was refused`);
    this.#client = client;
  }

  /** Drops the socket; entries that still arrive on it do not count. */
  #abandon(client: ChatClient) {
    if (this.#client !== client) return;
    this.returns++;
    this.#past = this.entries;
    this.#client = null;
    client.socket.close();
  }
}
