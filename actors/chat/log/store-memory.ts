// A room's store in memory: the same promises as PostgreSQL, with faults that a test chooses.

import { StoreAway, StorePoisoned } from "#runtime/store/store.ts";
import type { InsertOutcome, LineBatch, NoncedLine, StoredLine } from "#schema/queries/chat/entries.ts";
import type { Entry } from "#schema/wire/room.ts";
import type { ChatStore } from "./store.ts";

/** `lostBefore`: the statement never arrives. `lostAfter`: the statement is carried out, but its answer is lost. */
export type StoreFault = "none" | "lostBefore" | "lostAfter";

export interface MemoryChatOptions {
  /** Called before each statement. Default: no faults. */
  fault?(statement: string): StoreFault;
  /** Awaited before a statement is carried out, and again before its answer. Default: none. */
  delay?(): Promise<void>;
  /** Bodies that the store refuses as poisoned. */
  poison?(body: string): boolean;
  /** The store's own view of a nonce: it takes two nonces for one if they look alike. Default: as they are. */
  nonceAs?(nonce: string): string;
}

type Row = StoredLine & { epoch: number };

/** Rooms share it as they share a database. `claim` sets the owners. */
export class MemoryChatStore implements ChatStore {
  readonly #rooms = new Map<string, Row[]>();
  readonly #owners = new Map<string, number>();
  /** Number of statements carried out, by name. */
  readonly calls = new Map<string, number>();

  constructor(private readonly options: MemoryChatOptions = {}) {}

  /** Starts the next epoch of the channel. From then on inserts of the earlier epoch are fenced. */
  claim(channelId: string): number {
    const epoch = (this.#owners.get(channelId) ?? 0) + 1;
    this.#owners.set(channelId, epoch);
    return epoch;
  }

  /** The stored lines by `seq`. */
  rows(channelId: string): Row[] {
    return this.#room(channelId);
  }

  insert(batch: LineBatch) {
    return this.#statement("insert", (): InsertOutcome => {
      const { channelId, epoch, lines } = batch;
      if (lines.some((line) => this.options.poison?.(line.body))) throw new StorePoisoned("22P05");
      if (this.#owners.get(channelId) !== epoch) return { kind: "inserted", seqs: [] };
      const room = this.#room(channelId);
      const fresh = lines.filter((line) => !room.some((row) => row.seq === line.seq));
      const keys = new Set(room.map(this.#nonceKey));
      for (const line of fresh) {
        if (keys.has(this.#nonceKey(line))) return { kind: "nonceTaken" };
        keys.add(this.#nonceKey(line));
      }
      room.push(...fresh.map((line) => ({ ...line, epoch })));
      room.sort((a, b) => a.seq - b.seq);
      return { kind: "inserted", seqs: fresh.map((line) => line.seq) };
    });
  }

  readBack({ channelId, epoch, lines }: LineBatch) {
    return this.#statement("readBack", () => {
      const ids = new Set(lines.map((line) => line.id));
      const found = this.#room(channelId).filter((row) => ids.has(row.id));
      return {
        owned: this.#owners.get(channelId) === epoch,
        seqById: new Map(found.map((row) => [row.id, row.seq])),
      };
    });
  }

  byNonce({ channelId, lines }: LineBatch) {
    return this.#statement("byNonce", (): NoncedLine[] => {
      const keys = new Set(lines.map(this.#nonceKey));
      const found = this.#room(channelId).filter((row) => keys.has(this.#nonceKey(row)));
      return found.map(({ user, nonce, id, seq, body, action }) => ({ userId: user.id, nonce, id, seq, body, action }));
    });
  }

  headSeq(channelId: string) {
    return this.#statement("headSeq", () => this.#room(channelId).at(-1)?.seq ?? 0);
  }

  entries({ channelId, after, upTo, limit }: { channelId: string; after: number | null; upTo: number; limit: number }) {
    return this.#statement("entries", () => {
      const rows = this.#room(channelId).filter((row) => row.seq > (after ?? 0) && row.seq <= upTo);
      return (after === null ? rows.slice(-limit) : rows.slice(0, limit)).map(toEntry);
    });
  }

  readonly #nonceKey = ({ user, nonce }: StoredLine) => `${user.id} ${this.options.nonceAs?.(nonce) ?? nonce}`;

  async #statement<T>(name: string, work: () => T): Promise<T> {
    const fault = this.options.fault?.(name) ?? "none";
    await this.options.delay?.();
    if (fault === "lostBefore") throw new StoreAway("lost on the way there");
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const value = work();
    await this.options.delay?.();
    if (fault === "lostAfter") throw new StoreAway("lost on the way back");
    return value;
  }

  #room(channelId: string): Row[] {
    const room = this.#rooms.get(channelId) ?? [];
    this.#rooms.set(channelId, room);
    return room;
  }
}

function toEntry({ seq, at, id, user, body, action, replyTo }: Row): Entry {
  return {
    seq,
    at,
    kind: "line",
    id,
    user,
    body,
    ...(replyTo ? { replyTo } : {}),
    ...(action ? { action: true } : {}),
  };
}
