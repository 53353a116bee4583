// A room's store in memory: the same promises as PostgreSQL, with faults that a test chooses.

import { StoreAway, StorePoisoned } from "#runtime/store/store.ts";
import type { LineEntry, ModerationEntry } from "#schema/api/chat.ts";
import type { RoomRules, StoredAct, StoredSettings } from "#schema/queries/chat/acts.ts";
import type { StoredAllow, StoredAside } from "#schema/queries/chat/asides.ts";
import type { InsertOutcome, LineBatch, NoncedLine, StoredLine } from "#schema/queries/chat/entries.ts";
import type { HeldBatch } from "#schema/queries/chat/judging.ts";
import type { VoteBatch } from "#schema/queries/chat/polls.ts";
import { withLinks } from "#schema/wire/line-links.ts";
import { type Entry, isDeletedBy, linesIn, withoutText } from "#schema/wire/room.ts";
import { MemoryEvents } from "./memory-events.ts";
import { MemoryJudging } from "./memory-judging.ts";
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
type ActRow = StoredAct;

const isLine = (row: Row | ActRow): row is Row => "nonce" in row;

/** Rooms share it as they share a database. `claim` sets the owners. */
export class MemoryChatStore implements ChatStore {
  readonly #rooms = new Map<string, (Row | ActRow)[]>();
  readonly #settings = new Map<string, StoredSettings>();
  /** By channel and user. */
  readonly #bans = new Map<string, Map<string, number | null>>();
  /** Polls and raids, for tests to look at. */
  readonly going = new MemoryEvents();
  readonly #judging = new Map<string, MemoryJudging>();
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
    return this.#room(channelId).filter(isLine);
  }

  /** A line as an earlier owner stored it. */
  put(channelId: string, line: Row) {
    this.#room(channelId).push(line);
  }

  /** The stored acts by `seq`: the log of the moderators. */
  acts(channelId: string): StoredAct[] {
    return this.#room(channelId).filter((row) => !isLine(row)) as StoredAct[];
  }

  /** Terms, AutoMod and held lines of a room. */
  judging(channelId: string): MemoryJudging {
    const judging = this.#judging.get(channelId) ?? new MemoryJudging();
    this.#judging.set(channelId, judging);
    return judging;
  }

  insert(batch: LineBatch) {
    return this.#statement("insert", (): InsertOutcome => {
      const { channelId, epoch, lines } = batch;
      if (lines.some((line) => this.options.poison?.(line.body))) throw new StorePoisoned("22P05");
      if (this.#owners.get(channelId) !== epoch) return { kind: "inserted", seqs: [] };
      const room = this.#room(channelId);
      const fresh = lines.filter((line) => !room.some((row) => row.seq === line.seq));
      const keys = new Set(this.rows(channelId).map(this.#nonceKey));
      for (const line of fresh) {
        if (keys.has(this.#nonceKey(line))) return { kind: "nonceTaken" };
        keys.add(this.#nonceKey(line));
      }
      room.push(...fresh.map((line) => ({ ...line, epoch })));
      room.sort((a, b) => a.seq - b.seq);
      return { kind: "inserted", seqs: fresh.map((line) => line.seq) };
    });
  }

  act(act: StoredAct | StoredAllow) {
    return this.#statement("act", (): InsertOutcome => {
      const { channelId, epoch, seq, id } = act;
      const room = this.#room(channelId);
      if (this.#owners.get(channelId) !== epoch || room.some((row) => row.seq === seq || row.id === id))
        return { kind: "inserted", seqs: [] };
      if (!("entry" in act)) return this.#allow(act);
      const { change } = act;
      room.push(act);
      room.sort((a, b) => a.seq - b.seq);
      const bans = this.#bans.get(channelId) ?? new Map<string, number | null>();
      this.#bans.set(channelId, bans);
      if (change.kind === "ban") bans.set(change.userId, change.untilMs);
      else if (change.kind === "unban") bans.delete(change.userId);
      else if (change.kind === "settings") this.#settings.set(channelId, change);
      else this.going.apply(act);
      if (change.kind === "ban" || change.kind === "clear") this.judging(channelId).denyOf(change.userId ?? "");
      return { kind: "inserted", seqs: [seq] };
    });
  }

  #allow(act: StoredAllow): InsertOutcome {
    const { channelId, epoch, seq, at } = act;
    const room = this.#room(channelId);
    const line = this.judging(channelId).allow(act);
    if (!line) return { kind: "inserted", seqs: [] };
    const { id, user, nonce, body, action, replyTo } = line;
    room.push({ seq, id, at, user, nonce, body, action, replyTo, epoch });
    room.sort((a, b) => a.seq - b.seq);
    return { kind: "inserted", seqs: [seq] };
  }

  aside(aside: StoredAside) {
    return this.#statement("aside", (): boolean => {
      const owned = this.#owners.get(aside.channelId) === aside.epoch;
      if (owned) this.judging(aside.channelId).aside(aside);
      return owned;
    });
  }

  hold({ channelId, epoch, lines }: HeldBatch) {
    return this.#statement("hold", (): boolean => {
      const owned = this.#owners.get(channelId) === epoch;
      if (owned) this.judging(channelId).hold(lines);
      return owned;
    });
  }

  rules(channelId: string) {
    return this.#statement("rules", (): RoomRules => {
      const bans = [...(this.#bans.get(channelId) ?? [])].map(([userId, untilMs]) => ({ userId, untilMs }));
      const judging = this.judging(channelId);
      const stored = this.#settings.get(channelId) ?? null;
      return { stored, bans, warned: [...judging.warned], judging: judging.rules() };
    });
  }

  events(channelId: string) {
    return this.#statement("events", () => this.going.stored(channelId, linesIn(this.#now(channelId))));
  }

  readBack({ channelId, epoch, ids: asked }: { channelId: string; epoch: number; ids: string[] }) {
    return this.#statement("readBack", () => {
      const ids = new Set(asked);
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
      const found = this.rows(channelId).filter((row) => keys.has(this.#nonceKey(row)));
      return found.map(({ user, nonce, id, seq, body, action }) => ({ userId: user.id, nonce, id, seq, body, action }));
    });
  }

  headSeq(channelId: string) {
    return this.#statement("headSeq", () => this.#room(channelId).at(-1)?.seq ?? 0);
  }

  entries({ channelId, after, upTo, limit }: { channelId: string; after: number | null; upTo: number; limit: number }) {
    return this.#statement("entries", () => {
      const entries = this.#now(channelId).filter(({ seq }) => seq > (after ?? 0) && seq <= upTo);
      return after === null ? entries.slice(-limit) : entries.slice(0, limit);
    });
  }

  vote(batch: VoteBatch) {
    return this.#statement("vote", () => this.going.vote(batch, this.#owners.get(batch.channelId) === batch.epoch));
  }

  votes({ pollId, choices }: { pollId: string; choices: number }) {
    return this.#statement("votes", () => this.going.count(pollId, choices));
  }

  raidWasTold(raidId: string) {
    return this.#statement("raidWasTold", () => this.going.told(raidId));
  }

  /** The room's entries as they are after all acts. */
  #now(channelId: string): Entry[] {
    const room = this.#room(channelId);
    const acts = room.filter((row) => !isLine(row)).map(toEntry);
    return room.map((row) => {
      const entry = toEntry(row);
      if (entry.kind !== "line") return entry;
      return acts.some((act) => act.seq > entry.seq && isDeletedBy(entry, act)) ? withoutText(entry) : entry;
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

  #room(channelId: string): (Row | ActRow)[] {
    const room = this.#rooms.get(channelId) ?? [];
    this.#rooms.set(channelId, room);
    return room;
  }
}

function toEntry(row: Row | ActRow): Entry {
  if (!isLine(row)) {
    const { seq, at, by, entry } = row;
    return { seq, at, kind: entry.kind, ...entry.event, by } as ModerationEntry;
  }
  const { seq, at, id, user, body, replyTo, action } = row;
  const line: LineEntry = { seq, at, kind: "line", id, user, body };
  if (replyTo) line.replyTo = replyTo;
  if (action) line.action = true;
  return withLinks(line);
}
