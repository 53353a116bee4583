// What must hold, judged from outside: by what clients were told and by what lies in the database. I1 is checked in postgres.ts.

import type { CounterState } from "./counter.ts";
import type { SimPostgres } from "./postgres.ts";
import type { World } from "./world.ts";

/** How a viewer's edge sees one broadcast. */
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
  /** By counter: the highest count that anybody was told. */
  readonly #told = new Map<string, number>();
  readonly #added: { key: string; mark: string; value: number }[] = [];
  readonly #said: { channelId: string; sender: string; nth: number; nonce: string; id: string; seq: number }[] = [];
  readonly #watched = new Map<string, Watched>();
  /** By broadcast and number: what was shown under it. */
  readonly #meaning = new Map<string, { atMs: number; discontinuity: number; where: string }>();

  constructor(
    private readonly world: World,
    private readonly database: SimPostgres,
  ) {}

  /** What a call that begins now must not fall behind. */
  floor(key: string) {
    return this.#told.get(key) ?? 0;
  }

  added(key: string, mark: string, value: number, floor: number) {
    this.world.count("calls answered");
    this.world.trace(`added ${mark} = ${value}`);
    if (value <= floor)
      this.world.violation(`${key}: ${mark} was counted as ${value} although ${floor} had been told before`);
    this.#told.set(key, Math.max(this.floor(key), value));
    this.#added.push({ key, mark, value });
  }

  got(key: string, value: number, floor: number) {
    this.world.count("calls answered");
    if (value < floor)
      this.world.violation(`${key}: a call was answered with ${value} although ${floor} had been told before`);
    this.#told.set(key, Math.max(this.floor(key), value));
  }

  said(line: { channelId: string; sender: string; nth: number; nonce: string; id: string; seq: number }) {
    this.world.count("lines acknowledged");
    this.world.trace(`said ${line.sender} ${line.nth} = ${line.seq}`);
    const stored = this.database.room(line.channelId).byId.get(line.id);
    if (stored?.seq !== line.seq)
      this.world.violation(
        `I2: line ${line.nonce} was acknowledged as ${line.seq} and is stored as ${stored?.seq ?? "nothing"}`,
      );
    this.#said.push(line);
  }

  /** A batch came to an edge. */
  heard(channelId: string, entries: { seq: number; id: string }[]) {
    const room = this.database.room(channelId);
    for (const { seq, id } of entries)
      if (room.bySeq.get(seq)?.id !== id)
        this.world.violation(`I2: line ${seq} was published and another one is stored`);
  }

  // ---- I5 ----

  /** Whoever serves it to whomever: a number never means two things. */
  #meanings(broadcastId: string, where: string, { segments }: Listed) {
    for (const { number, atMs, gap, discontinuity } of segments) {
      if (gap) continue;
      const at = `${broadcastId} ${number}`;
      const known = this.#meaning.get(at);
      if (!known) this.#meaning.set(at, { atMs, discontinuity, where });
      else if (known.atMs !== atMs || known.discontinuity !== discontinuity)
        this.world.violation(
          `I5: number ${number} was ${known.atMs}/${known.discontinuity} at ${known.where} and is ${atMs}/${discontinuity} at ${where}`,
        );
    }
  }

  /** A viewer whose edge follows the highest epoch. */
  watched(viewer: string, broadcastId: string, where: string, listed: Listed) {
    this.#meanings(broadcastId, where, listed);
    const headNumber = listed.segments.at(-1)?.number ?? -1;
    const last = this.#watched.get(`${viewer} ${broadcastId}`);
    if (last && headNumber < last.headNumber) {
      // A new owner lists less than the former one did until it has media, as does one that was cut off: edges hold that back.
      this.world.count("lower playlists held back");
      return;
    }
    if (last && listed.mediaSequence < last.mediaSequence)
      this.world.violation(`I5: media sequence ${listed.mediaSequence} at ${where} after ${last.mediaSequence}`);
    if (last && listed.discontinuitySequence < last.discontinuitySequence)
      this.world.violation(
        `I5: discontinuity sequence ${listed.discontinuitySequence} after ${last.discontinuitySequence}`,
      );
    const { mediaSequence, discontinuitySequence } = listed;
    const moved = headNumber > (last?.headNumber ?? -1);
    const headMovedMs = moved ? this.world.nowMs : (last?.headMovedMs ?? 0);
    if (moved) this.world.count("segments seen");
    this.#watched.set(`${viewer} ${broadcastId}`, { mediaSequence, discontinuitySequence, headNumber, headMovedMs });
  }

  headMovedMs(viewer: string, broadcastId: string) {
    return this.#watched.get(`${viewer} ${broadcastId}`)?.headMovedMs ?? Number.NEGATIVE_INFINITY;
  }

  // ---- at the end ----

  finish() {
    this.#finishCounters();
    this.#finishRooms();
  }

  #finishCounters() {
    for (const { key, mark, value } of this.#added) {
      const { marks } = this.#counter(key);
      if (marks[value - 1] !== mark)
        this.world.violation(`${key}: ${mark} was told to be number ${value}, where ${marks[value - 1]} stands`);
    }
    for (const key of this.#told.keys()) {
      const { marks } = this.#counter(key);
      if (new Set(marks).size !== marks.length) this.world.violation(`${key}: something was counted twice`);
      const late = this.#counter(key).dueMs.filter((dueMs) => dueMs < this.database.nowMs - 15_000);
      if (late.length > 0) this.world.violation(`I7: ${key} missed ${late.length} appointments`);
    }
  }

  #counter(key: string): CounterState {
    const state = this.database.rows.get(`channel/${key}`)?.state;
    return state ? (JSON.parse(state) as CounterState) : { marks: [], dueMs: [], kept: 0 };
  }

  #finishRooms() {
    for (const [channelId, { bySeq, byNonce, headSeq }] of this.database.rooms) {
      if (bySeq.size !== headSeq)
        this.world.violation(`I2: ${channelId} has ${bySeq.size} lines up to number ${headSeq}: holes`);
      if (byNonce.size !== bySeq.size) this.world.violation(`I2: ${channelId} has a line twice`);
    }
    const bySender = new Map<string, { nth: number; seq: number }>();
    for (const { channelId, sender, nth, nonce, id, seq } of this.#said) {
      const stored = this.database.room(channelId).bySeq.get(seq);
      if (stored?.id !== id || stored.nonce !== nonce)
        this.world.violation(
          `I2: acknowledged line ${nonce} is not at ${seq}, where ${stored?.nonce ?? "nothing"} stands`,
        );
      const last = bySender.get(sender);
      if (last && last.seq >= seq)
        this.world.violation(`I2: line ${nth} of ${sender} is ${seq}, line ${last.nth} is ${last.seq}`);
      bySender.set(sender, { nth, seq });
    }
  }
}

/** What a media playlist lists, the open segment included. */
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
