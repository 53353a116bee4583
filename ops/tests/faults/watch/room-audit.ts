// A hundred sockets in a room over all edges and twenty lines a second; afterwards every line is checked.

import type { Account } from "#ops/tests/support/api.ts";
import { until } from "#ops/tests/support/until.ts";
import type { Sql } from "#schema/database.ts";
import { type Acknowledged, type Refused, RoomMember } from "./room-member.ts";
import { roomFaults, type StoredLine } from "./room-verdict.ts";

interface RoomAuditOptions {
  urls: string[];
  channel: { id: string; login: string };
  /** Members who send one line a second each. */
  talkers: Account[];
  /** Total number of sockets, including talkers. Default 100. */
  sockets?: number;
  sql: Sql;
}

const LINE_EVERY_MS = 1_000;
/** After this time without an acknowledgement, a line counts as lost. */
const LINE_WITHIN_MS = 120_000;
const CATCH_UP_MS = 20_000;

interface RoomAccount {
  faults: string[];
  acknowledged: number;
  stored: number;
  /** Lines sent more than once under one nonce. */
  repeats: number;
  /** Sockets that had to reconnect. */
  returns: number;
}

export class RoomAudit {
  readonly #acknowledged: Acknowledged[] = [];
  #stopped = false;
  #talking: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly options: RoomAuditOptions,
    private readonly members: RoomMember[],
  ) {}

  /** Resolves when every member has joined and talkers send lines. */
  static async start(options: RoomAuditOptions): Promise<RoomAudit> {
    const { urls, channel, talkers, sockets = 100 } = options;
    const from = (index: number) => urls.map((_, n) => urls[(index + n) % urls.length]!);
    const join = (index: number) => {
      const token = talkers[index]?.accessToken;
      return RoomMember.join({ urls: from(index), channel: channel.login, ...(token && { token }) });
    };
    const members = await Promise.all(Array.from({ length: sockets }, (_, index) => join(index)));
    const audit = new RoomAudit(options, members);
    audit.#talking = Promise.all(talkers.map((_, who) => audit.#talk(who)));
    return audit;
  }

  /** Reconnects so far. */
  get returns() {
    return this.members.reduce((sum, { returns }) => sum + returns, 0);
  }

  /** Refusals that talkers got so far. */
  get refusals(): readonly Refused[] {
    return this.members.flatMap(({ refusals }) => refusals);
  }

  /** Acknowledgements so far. */
  get acknowledged(): readonly Acknowledged[] {
    return this.#acknowledged;
  }

  /** Time from `sinceMs` until a line sent after it was stored; null: not yet. */
  firstStoredMs(sinceMs: number): number | null {
    const ends = this.#acknowledged.filter(({ startMs }) => startMs >= sinceMs).map(({ endMs }) => endMs);
    return ends.length === 0 ? null : Math.min(...ends) - sinceMs;
  }

  /** Longest time without an acknowledged line, ms. */
  longestSilenceMs(sinceMs: number): number {
    const ends = this.#acknowledged.map(({ endMs }) => endMs).filter((at) => at >= sinceMs);
    const times = [sinceMs, ...ends.sort((a, b) => a - b)];
    return Math.max(0, ...times.slice(1).map((at, index) => at - (times[index] ?? at)));
  }

  /** Stops the talkers, lets every member catch up and leave, then checks every line. */
  async finish(): Promise<RoomAccount> {
    const { sql, channel } = this.options;
    this.#stopped = true;
    await this.#talking;
    const stored: StoredLine[] = await sql`
      SELECT seq, id, nonce, body, epoch, user_id AS "userId" FROM chat_entries WHERE channel_id = ${channel.id} ORDER BY seq`;
    const head = stored.length;
    const caughtUp = until("every member to catch up", () => this.members.every((member) => member.headSeq >= head), {
      withinMs: CATCH_UP_MS,
    });
    await caughtUp.catch(() => {}); // The verdict names members that did not catch up.
    const seen = this.members.map(({ entries }) =>
      entries.flatMap((entry) => (entry.kind === "line" ? [{ seq: entry.seq, id: entry.id }] : [])),
    );
    await this.leave();
    const placeOf = (body: string) => Number(body.split(".").at(-1));
    const acknowledged = this.#acknowledged;
    return {
      faults: [
        ...roomFaults({ stored, acknowledged, seen, placeOf }),
        ...this.members.flatMap(({ faults }) => faults).slice(0, 10),
      ],
      acknowledged: acknowledged.length,
      stored: stored.length,
      repeats: this.members.reduce((sum, { repeats }) => sum + repeats, 0),
      returns: this.returns,
    };
  }

  async leave() {
    this.#stopped = true;
    await Promise.all(this.members.map((member) => member.leave()));
  }

  /** Sends one line after the other on a fixed schedule, and catches up after an outage. */
  async #talk(who: number) {
    const member = this.members[who]!;
    const beginMs = performance.now() + (who / this.options.talkers.length) * LINE_EVERY_MS;
    for (let n = 0; !this.#stopped; n++) {
      const waitMs = beginMs + n * LINE_EVERY_MS - performance.now();
      if (waitMs > 0) await Bun.sleep(waitMs);
      if (this.#stopped) return;
      const said = await member.say(`audit ${who}.${n}`, crypto.randomUUID(), LINE_WITHIN_MS);
      if (said) this.#acknowledged.push(said);
    }
  }
}
