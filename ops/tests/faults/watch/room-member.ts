// Somebody in a room who stays there whatever dies: comes back at another edge with `resume`, repeats what is unknown by its nonce.

import { ChatClient } from "#ops/tests/support/chat-client.ts";
import type { Entry } from "#schema/wire/room.ts";

/** A line whose `said` came. */
export interface Acknowledged {
  nonce: string;
  body: string;
  id: string;
  seq: number;
  startMs: number;
  endMs: number;
}

/** A line that it was told to say again. */
export interface Refused {
  code: string;
  /** From `say` until it was told. */
  afterMs: number;
}

interface MemberOptions {
  /** Edges, the first to be tried first. */
  urls: string[];
  channel: string;
  token?: string;
}

/** An edge that hangs answers nothing at all; a living one always refuses within 5 s. */
const SAY_WITHIN_MS = 9_000;
const COME_BACK_MS = 200;
const AGAIN_MS = 100;
/** What a client may be told and then says the same line again. */
const AGAIN = new Set(["unavailable", "busy"]);

export class RoomMember {
  /** What the sockets before the present one heard. */
  #past: Entry[] = [];
  #client: ChatClient | null = null;
  #left = false;
  #attempts = 0;
  #keeper: Promise<void> = Promise.resolve();
  readonly faults: string[] = [];
  readonly refusals: Refused[] = [];
  /** Times it had to come back. */
  returns = 0;
  /** Lines that were said more than once, with the same nonce. */
  repeats = 0;

  private constructor(private readonly options: MemberOptions) {}

  /** Resolves once it is in the room. */
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

  /** Resolves when the line is stored, however often it has to be said. Null: refused for good, or it did not come about in time. */
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
      // As people do: not all at the same moment.
      await Bun.sleep(COME_BACK_MS * (0.5 + Math.random()));
      await this.#enter().catch(() => {}); // That edge is away as well: the next one.
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
      this.faults.push(`a resume from ${resumeSeq} was not taken`);
    this.#client = client;
  }

  /** Its socket is of no use any more; what it still may hear does not count. */
  #abandon(client: ChatClient) {
    if (this.#client !== client) return;
    this.returns++;
    this.#past = this.entries;
    this.#client = null;
    client.socket.close();
  }
}
