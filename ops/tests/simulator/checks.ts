// Invariants checked from outside, by the answers that clients got and the rows in the database. I1 is checked in postgres.ts.

import type { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { Entry } from "#schema/wire/room.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import type { CounterState } from "./counter.ts";
import type { SimPostgres } from "./postgres.ts";
import { RoomChecks } from "./room-checks.ts";
import type { Simulation } from "./simulation.ts";

/** Dates in playlists are rounded. */
const DATES_DIFFER_MS = 2;
/** A source's clock may be moved by less. */
const RECORDED_TWICE_MS = 20;

/** One broadcast as a viewer's edge sees it. */
interface Watched {
  mediaSequence: number;
  discontinuitySequence: number;
  headNumber: number;
  headMovedMs: number;
}

export interface Listed {
  mediaSequence: number;
  discontinuitySequence: number;
  segments: { number: number; atMs: number; gap: boolean; discontinuity: number }[];
}

export class Checks {
  /** By counter: the highest count in any answer. */
  readonly #highest = new Map<string, number>();
  readonly #added: { key: string; mark: string; value: number }[] = [];
  readonly #acknowledged: { channelId: string; sender: string; nth: number; nonce: string; id: string; seq: number }[] =
    [];
  readonly #watched = new Map<string, Watched>();
  /** By broadcast and segment number: the content served under that number. */
  readonly #meaning = new Map<string, { atMs: number; discontinuity: number; where: string }>();

  /** Of what rooms do beside their lines. */
  readonly room: RoomChecks;

  constructor(
    private readonly sim: Simulation,
    private readonly database: SimPostgres,
  ) {
    this.room = new RoomChecks(sim, database);
  }

  /** The lowest count that a call starting now may be answered with. */
  floor(key: string) {
    return this.#highest.get(key) ?? 0;
  }

  added(key: string, mark: string, value: number, floor: number) {
    this.sim.count("calls answered");
    this.sim.trace(`added ${mark} = ${value}`);
    if (value <= floor)
      this.sim.violation(`${key}: ${mark} was counted as ${value} although ${floor} had been answered before`);
    this.#highest.set(key, Math.max(this.floor(key), value));
    this.#added.push({ key, mark, value });
  }

  got(key: string, value: number, floor: number) {
    this.sim.count("calls answered");
    if (value < floor)
      this.sim.violation(`${key}: a call was answered with ${value} although ${floor} had been answered before`);
    this.#highest.set(key, Math.max(this.floor(key), value));
  }

  /** The alarms of this counter must ring, also if nobody calls it. */
  alarmed(key: string) {
    this.#highest.set(key, this.floor(key));
  }

  acknowledged(line: { channelId: string; sender: string; nth: number; nonce: string; id: string; seq: number }) {
    this.sim.count("lines acknowledged");
    this.sim.trace(`said ${line.sender} ${line.nth} = ${line.seq}`);
    const stored = this.database.room(line.channelId).byId.get(line.id);
    if (stored?.seq !== line.seq)
      this.sim.violation(
        `I2: line ${line.nonce} was acknowledged as ${line.seq} and is stored as ${stored?.seq ?? "nothing"}`,
      );
    this.#acknowledged.push(line);
  }

  /** A batch of entries arrived at an edge. */
  delivered(channelId: string, entries: Entry[]) {
    const room = this.database.room(channelId);
    for (const entry of entries) {
      const isStored =
        entry.kind === "line" ? room.bySeq.get(entry.seq)?.id === entry.id : room.acts.get(entry.seq)?.at === entry.at;
      if (!isStored) this.sim.violation(`I2: entry ${entry.seq} was published and another one is stored`);
    }
  }

  // ---- I5 ----

  /** A segment number must have one content, whichever node serves it. */
  #checkMeanings(broadcastId: string, where: string, { segments }: Listed) {
    for (const { number, atMs, gap, discontinuity } of segments) {
      if (gap) continue;
      const at = `${broadcastId} ${number}`;
      const known = this.#meaning.get(at);
      if (!known) this.#meaning.set(at, { atMs, discontinuity, where });
      else if (known.atMs !== atMs || known.discontinuity !== discontinuity)
        this.sim.violation(
          `I5: number ${number} was ${known.atMs}/${known.discontinuity} at ${known.where} and is ${atMs}/${discontinuity} at ${where}`,
        );
    }
  }

  /** A viewer's edge, which follows the highest epoch, got a playlist. */
  watched(viewer: string, broadcastId: string, where: string, listed: Listed) {
    this.#checkMeanings(broadcastId, where, listed);
    const headNumber = listed.segments.at(-1)?.number ?? -1;
    const last = this.#watched.get(`${viewer} ${broadcastId}`);
    if (last && headNumber < last.headNumber) {
      // A new owner without media yet, or a cut-off owner, lists less than was seen before: edges hold such a playlist back.
      this.sim.count("lower playlists held back");
      return;
    }
    if (last && listed.mediaSequence < last.mediaSequence)
      this.sim.violation(`I5: media sequence ${listed.mediaSequence} at ${where} after ${last.mediaSequence}`);
    if (last && listed.discontinuitySequence < last.discontinuitySequence)
      this.sim.violation(
        `I5: discontinuity sequence ${listed.discontinuitySequence} after ${last.discontinuitySequence}`,
      );
    const { mediaSequence, discontinuitySequence } = listed;
    const moved = headNumber > (last?.headNumber ?? -1);
    const headMovedMs = moved ? this.sim.nowMs : (last?.headMovedMs ?? 0);
    if (moved) this.sim.count("segments seen");
    this.#watched.set(`${viewer} ${broadcastId}`, { mediaSequence, discontinuitySequence, headNumber, headMovedMs });
  }

  // ---- I4 ----

  /** What is recorded under a number is what viewers saw under it, and its object is there. */
  recorded(objects: MemoryObjects) {
    for (const [broadcastId, { segments }] of this.database.videos)
      for (const { rendition, number, epoch, atMs, media } of segments.values()) {
        if (!media) continue;
        const key = videoKey.segment(broadcastId, rendition, { number, epoch });
        const bytes = objects.stored.get(key)?.bytes.length;
        if (bytes !== media.bytes)
          this.sim.violation(`I4: ${number} of ${epoch} has ${bytes ?? "no"} bytes instead of ${media.bytes}`);
        const seen = this.#meaning.get(`${broadcastId} ${number}`);
        if (seen) this.sim.count("recorded segments that viewers saw");
        if (seen && Math.abs(seen.atMs - atMs) > DATES_DIFFER_MS)
          this.sim.violation(
            `I4: number ${number} was ${seen.atMs} at ${seen.where} and is recorded as ${atMs} of ${epoch}`,
          );
      }
  }

  /** What an owner has recorded is not recorded of the owner before it too, but for the end of a segment that began earlier. */
  recordedOnce() {
    for (const { segments } of this.database.videos.values()) {
      const rows = [...segments.values()].filter(({ media }) => media).toSorted((a, b) => a.number - b.number);
      for (const [i, row] of rows.entries()) {
        const before = rows.slice(0, i).findLast(({ rendition }) => rendition === row.rendition);
        if (!before || before.epoch === row.epoch || row.discontinuity) continue;
        if (before.atMs > row.atMs - RECORDED_TWICE_MS)
          this.sim.violation(
            `I4: ${before.number} of ${before.epoch} is recorded as ${row.number} of ${row.epoch} too`,
          );
      }
    }
  }

  headMovedMs(viewer: string, broadcastId: string) {
    return this.#watched.get(`${viewer} ${broadcastId}`)?.headMovedMs ?? Number.NEGATIVE_INFINITY;
  }

  // ---- at the end ----

  finish() {
    this.#finishCounters();
    this.#finishRooms();
    this.room.finish();
  }

  #finishCounters() {
    for (const { key, mark, value } of this.#added) {
      const { marks } = this.#counter(key);
      if (marks[value - 1] !== mark)
        this.sim.violation(`${key}: ${mark} was answered as number ${value}, where ${marks[value - 1]} stands`);
    }
    for (const key of this.#highest.keys()) {
      const { marks } = this.#counter(key);
      if (new Set(marks).size !== marks.length) this.sim.violation(`${key}: something was counted twice`);
      const late = this.#counter(key).dueMs.filter((dueMs) => dueMs < this.database.nowMs - 15_000);
      if (late.length > 0) this.sim.violation(`I7: ${key} missed ${late.length} alarms`);
    }
  }

  #counter(key: string): CounterState {
    const state = this.database.rows.get(`channel/${key}`)?.state;
    return state ? (JSON.parse(state) as CounterState) : { marks: [], dueMs: [], rung: 0 };
  }

  /** An act of the moderator was answered. */
  moderated(act: { channelId: string; id: string; seq: number }) {
    this.sim.count("acts acknowledged");
    if (this.database.room(act.channelId).acts.get(act.seq)?.id !== act.id)
      this.sim.violation(`I8: an act was acknowledged as ${act.seq}, where another entry is stored`);
  }

  /** A line of somebody who was refused. */
  refused(code: string) {
    this.sim.count(`lines refused: ${code}`);
  }

  /** Nobody has a line between their ban and its end, whoever owned the room. Bans of the simulator have no end but an act. */
  #finishBans(channelId: string) {
    const { bySeq, acts, headSeq } = this.database.room(channelId);
    const banned = new Set<string>();
    for (let seq = 1; seq <= headSeq; seq++) {
      const change = acts.get(seq)?.change;
      if (change?.kind === "ban") banned.add(change.userId);
      else if (change?.kind === "unban") banned.delete(change.userId);
      const line = bySeq.get(seq);
      if (line && banned.has(line.user.id)) this.sim.violation(`I8: line ${seq} is of somebody who was banned`);
    }
  }

  #finishRooms() {
    for (const [channelId, { bySeq, acts, byNonce, headSeq }] of this.database.rooms) {
      if (bySeq.size + acts.size !== headSeq)
        this.sim.violation(`I2: ${channelId} has ${bySeq.size} lines and ${acts.size} acts up to ${headSeq}: holes`);
      this.#finishBans(channelId);
      if (byNonce.size !== bySeq.size) this.sim.violation(`I2: ${channelId} has a line twice`);
    }
    const bySender = new Map<string, { nth: number; seq: number }>();
    for (const { channelId, sender, nth, nonce, id, seq } of this.#acknowledged) {
      const stored = this.database.room(channelId).bySeq.get(seq);
      if (stored?.id !== id || stored.nonce !== nonce)
        this.sim.violation(
          `I2: acknowledged line ${nonce} is not at ${seq}, where ${stored?.nonce ?? "nothing"} stands`,
        );
      const last = bySender.get(sender);
      if (last && last.seq >= seq)
        this.sim.violation(`I2: line ${nth} of ${sender} is ${seq}, line ${last.nth} is ${last.seq}`);
      bySender.set(sender, { nth, seq });
    }
  }
}

/** The segments of a media playlist, including the open one. */
export function parsePlaylist(text: string): Listed {
  const listed: Listed = { mediaSequence: 0, discontinuitySequence: 0, segments: [] };
  let discontinuity = 0;
  for (const line of text.split("\n")) {
    if (line.startsWith("#EXT-X-MEDIA-SEQUENCE:")) listed.mediaSequence = Number(line.slice(22));
    else if (line.startsWith("#EXT-X-DISCONTINUITY-SEQUENCE:"))
      discontinuity = listed.discontinuitySequence = Number(line.slice(30));
    else if (line === "#EXT-X-DISCONTINUITY") discontinuity++;
    else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) {
      const number = listed.mediaSequence + listed.segments.length;
      listed.segments.push({ number, atMs: Date.parse(line.slice(25)), gap: false, discontinuity });
    } else if (line === "#EXT-X-GAP") listed.segments.at(-1)!.gap = true;
  }
  return listed;
}
