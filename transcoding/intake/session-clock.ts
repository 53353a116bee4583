// The session's clock: whatever an encoder's timestamps do, session time goes on at the pace of the world.
//
// Pure: arrival times come in. Each track lies on a line (this raw timestamp is that session time); one shift moves all lines. A tag
//
//   fits its track            ─► on the line
//   does not                  ─► dated a usual step after the last one (pictures depend on each other: none is thrown away), and waits:
//     the next fits the track      ─► it was alone: nothing happened
//     the next fits it             ─► the timestamps jumped: the track goes on from there, at pace
//     three more fit nothing       ─► dated by arrival
//   stands for 0.2 s          ─► dated by arrival, until the timestamps have walked for 30 tags
//
// Both tracks share a line as long as they can: the one that jumps second goes on beside the first. Tracks that stay apart are laid together
// by arrival. `pace.ts` keeps session time beside the wall clock; beyond the limits below, arrival decides at once.

import { APART_MS, Apart, JumpedAlone, otherOf } from "./apart.ts";
import { ArrivalTime } from "./arrival-time.ts";
import { type ClockFact, ClockFacts, type Kind, type ToldFact } from "./clock-facts.ts";
import { type ClockState, continued, dueAfter } from "./clock-state.ts";
import { Pace } from "./pace.ts";
import { distance, type Moment, Track } from "./track.ts";

interface SessionClockOptions {
  /** Of the owner before, in the same session of the encoder; null: session time begins now. */
  resume: ClockState | null;
  /** Wall time by the database's clock at `arrivalMs`. */
  wallMs: number;
  /** The time scale of `stamp`: ms of any clock that does not go back. */
  arrivalMs: number;
  onFact(fact: ToldFact): void;
  /** The lines moved in a way that the next owner cannot guess. At most once a second. */
  onChanged?(state: ClockState): void;
}

/** Session time of the first tag: no composition offset leads below 0. */
const START_MS = 1_000;
/** Dates are never further ahead of arrival, but for more than 1 000 tags of a kind in a second. */
export const AHEAD_MAX_MS = 5_000;
/** Dates are never further behind arrival. A pull that stands so long has been closed. */
export const BEHIND_MAX_MS = 20_000;
/** A track that jumps goes on beside the other if that puts it so near its place. */
const BESIDE_MS = 500;
/** After `publishedAnew`, timestamps that go on this exactly are the same encoder's. */
const SAME_MS = 250;
const CHANGED_EVERY_MS = 1_000;
const CHANGED_BY_MS = 20;

export class SessionClock {
  readonly #facts: ClockFacts;
  readonly #pace = new Pace((fact) => this.#tell(fact));
  readonly #tracks: Partial<Record<Kind, Track>> = {};
  readonly #baseMs: number;
  readonly #apart = new Apart();
  readonly #alone = new JumpedAlone();
  readonly #arrival: ArrivalTime;
  /** Tracks whose encoder may be another one now. */
  #anew = new Set<Kind>();
  #changed = false;
  #changedAtMs = Number.NEGATIVE_INFINITY;
  #knownShiftMs = 0;

  constructor(private readonly options: SessionClockOptions) {
    this.#facts = new ClockFacts(options.onFact);
    const { resume, wallMs, arrivalMs } = options;
    this.#baseMs = resume?.baseMs ?? wallMs - START_MS;
    this.#arrival = new ArrivalTime({ baseMs: this.#baseMs, wallMs, arrivalMs });
  }

  get state(): ClockState {
    const { shiftMs, lateMs } = this.#pace;
    const lines: ClockState["lines"] = {};
    for (const kind of ["video", "audio"] as const) {
      const track = this.#tracks[kind];
      if (!track && this.options.resume?.lines[kind]) lines[kind] = this.options.resume.lines[kind];
      if (track && !track.byArrival) lines[kind] = { raw: track.line.raw, at: track.line.at + shiftMs };
    }
    return { lines, baseMs: this.#baseMs, lateMs };
  }

  /** Wall time of session time 0. */
  get baseMs(): number {
    return this.#baseMs;
  }

  /**
   * Session time of a tag that holds a frame: whole ms, above that of the tag before of its kind. Headers are not stamped: they carry the time of
   * another tag. `raw`: its 32-bit timestamp. Tags come in the order of their arrival.
   */
  stamp(kind: Kind, raw: number, arrivalMs: number): number {
    const now = this.#pass(arrivalMs);
    const track = this.#tracks[kind];
    const placedMs = track ? this.#place(kind, track, raw) : this.#begin(kind, raw);
    const atMs = Math.max(this.#limit(kind, placedMs), (track?.lastMs ?? Number.NEGATIVE_INFINITY) + 1);
    this.#tracks[kind]!.dated(atMs, now);
    this.#tellChanged();
    return atMs;
  }

  /** An encoder published, perhaps another one with another clock: timestamps that do not go on exactly are dated by arrival, at once. */
  publishedAnew() {
    for (const kind of Object.keys(this.#tracks) as Kind[]) this.#anew.add(kind);
  }

  /** The wall clock, read again: arrival's clock drifts from it within days. Followed so slowly that nobody notices. */
  wallIs(wallMs: number, arrivalMs: number) {
    this.#arrival.wallIs(wallMs, arrivalMs);
  }

  #pass(arrivalMs: number): Moment {
    const now = this.#arrival.came(arrivalMs);
    this.#facts.due(now.worldMs);
    const apart = this.#alone.look(this.#tracks);
    if (apart) this.#tellApart(apart.kind, apart.byMs);
    this.#layTogether();
    const tracks = Object.values(this.#tracks).filter((track) => !track.byArrival);
    const byMs = this.#pace.flow(
      now.flowMs,
      tracks.map((track) => track.lateness),
    );
    if (byMs !== 0) this.#jumped(this.#tracks.video?.byArrival === null ? "video" : "audio", -byMs);
    return now;
  }

  #begin(kind: Kind, raw: number): number {
    const atMs = this.#firstDate(kind, raw);
    const line = { raw, at: atMs - this.#pace.shiftMs };
    this.#tracks[kind] = new Track(kind, { line, lastMs: atMs - 1, now: this.#now });
    this.#changed = true;
    return atMs;
  }

  #firstDate(kind: Kind, raw: number): number {
    const { worldMs } = this.#now;
    const { resume } = this.options;
    const other = this.#tracks[otherOf(kind)];
    const dueMs = dueAfter(resume, worldMs);
    const known = resume && continued(resume, { kind, raw, worldMs, alone: !other });
    if (known?.holds) return known.atMs;
    if (known && !other) this.#jumped(kind, known.atMs - dueMs);
    if (!other) return dueMs;
    const besideMs = this.#beside(kind, raw);
    const expectedMs = Math.round(other.lastMs + (worldMs - other.cameMs));
    if (besideMs !== null && Math.abs(besideMs - expectedMs) <= APART_MS) return besideMs;
    if (besideMs !== null) this.#tellApart(kind, besideMs - expectedMs);
    return expectedMs;
  }

  #place(kind: Kind, track: Track, raw: number): number {
    const now = this.#now;
    const { shiftMs } = this.#pace;
    if (track.byArrival) return this.#arrive(kind, track, raw);
    const step = distance(track.line.raw, raw);
    const onLineMs = track.line.at + step + shiftMs;
    if (this.#anew.delete(kind) && !this.#goesOn(track, onLineMs)) return this.#layAnew(kind, track, raw);
    if (track.fits(step, now)) {
      if (track.odd) this.#tell({ fact: "futureFrame", kind, byMs: track.odd.byMs });
      track.walk(raw, now);
      return track.stands(now) ? this.#leave(kind, track, raw) : onLineMs;
    }
    const paceMs = track.byPace(now);
    // The line of a track that has not jumped yet is as far off as this track's own.
    const nearMs = Math.min(BESIDE_MS, Math.abs(onLineMs - paceMs) / 2);
    const besideMs = this.#beside(kind, raw);
    const { odd } = track;
    let atMs: number | null = null;
    if (besideMs !== null && Math.abs(besideMs - paceMs) < nearMs) atMs = besideMs;
    else if (odd && track.fitsOdd(raw, now)) atMs = odd.atMs + distance(odd.raw, raw);
    if (atMs !== null) {
      this.#jumped(kind, onLineMs - atMs);
      this.#alone.jumped(kind, onLineMs - atMs, now.worldMs);
      track.lay({ raw, at: atMs - shiftMs }, now);
      return atMs;
    }
    return track.doubt(raw, { atMs: paceMs, byMs: onLineMs - paceMs }) ? paceMs : this.#leave(kind, track, raw);
  }

  /** Where the other track's line puts a tag; null: it has none to believe. */
  #beside(kind: Kind, raw: number): number | null {
    const other = this.#tracks[otherOf(kind)];
    if (!other || other.byArrival || this.#anew.has(otherOf(kind))) return null;
    return other.line.at + distance(other.line.raw, raw) + this.#pace.shiftMs;
  }

  #leave(kind: Kind, track: Track, raw: number): number {
    this.#tell({ fact: "clockStands", kind });
    this.#changed = true;
    track.leave(this.#pace.shiftMs);
    return this.#arrive(kind, track, raw);
  }

  #arrive(kind: Kind, track: Track, raw: number): number {
    const now = this.#now;
    const { shiftMs } = this.#pace;
    const atMs = Math.max(track.lastMs + 1, track.dateByArrival(raw, now));
    track.line = { raw, at: atMs - shiftMs };
    if (!track.walksAgain) return atMs;
    track.byArrival = null;
    const besideMs = this.#beside(kind, raw);
    const backMs = besideMs !== null && Math.abs(besideMs - atMs) < BESIDE_MS ? besideMs : atMs;
    track.lay({ raw, at: backMs - shiftMs }, now);
    this.#tell({ fact: "clockWalks", kind });
    this.#changed = true;
    return backMs;
  }

  #goesOn(track: Track, onLineMs: number): boolean {
    const lateMs = this.#now.worldMs - onLineMs + this.#pace.shiftMs;
    return Math.abs(lateMs - (track.lateness.floorMs ?? lateMs)) <= SAME_MS;
  }

  /** Another encoder's first tag: the hole is as long as it was away. */
  #layAnew(kind: Kind, track: Track, raw: number): number {
    const dueMs = Math.round(this.#now.worldMs - this.#pace.lateMs);
    const besideMs = this.#beside(kind, raw);
    const atMs =
      besideMs !== null && Math.abs(besideMs - dueMs) <= APART_MS ? besideMs : Math.max(track.lastMs + 1, dueMs);
    track.lay({ raw, at: atMs - this.#pace.shiftMs }, this.#now);
    this.#changed = true;
    return atMs;
  }

  #layTogether() {
    const lay = this.#apart.look(this.#tracks, { flowMs: this.#now.flowMs, shiftMs: this.#pace.shiftMs });
    if (!lay) return;
    this.#tracks[lay.kind]!.move(lay.byMs);
    this.#tellApart(lay.kind, -lay.byMs);
  }

  /** Beyond the limits arrival decides. Both tracks are moved, so they stay together. */
  #limit(kind: Kind, atMs: number): number {
    const { worldMs } = this.#now;
    const track = this.#tracks[kind]!;
    const ahead = atMs > worldMs + AHEAD_MAX_MS;
    if (!ahead && atMs >= worldMs - BEHIND_MAX_MS) return atMs;
    const limitedMs = Math.round(ahead ? worldMs + AHEAD_MAX_MS : worldMs);
    if (track.byArrival || track.odd) return limitedMs;
    this.#pace.shiftMs += limitedMs - atMs;
    if (!ahead) this.#jumped(kind, atMs - limitedMs);
    return limitedMs;
  }

  #tellApart(kind: Kind, aheadMs: number) {
    this.#tell({ fact: "tracksApart", byMs: kind === "audio" ? aheadMs : -aheadMs });
    this.#changed = true;
  }

  #jumped(kind: Kind, byMs: number) {
    this.#tell({ fact: "clockJumped", kind, byMs });
    this.#changed = true;
  }

  get #now(): Moment {
    return this.#arrival.now;
  }

  #tell(fact: ClockFact) {
    this.#facts.tell(fact, this.#now.worldMs);
  }

  #tellChanged() {
    const { worldMs } = this.#now;
    const { shiftMs } = this.#pace;
    if (!this.#changed && Math.abs(shiftMs - this.#knownShiftMs) < CHANGED_BY_MS) return;
    if (worldMs - this.#changedAtMs < CHANGED_EVERY_MS) return;
    this.#changed = false;
    this.#changedAtMs = worldMs;
    this.#knownShiftMs = shiftMs;
    this.options.onChanged?.(this.state);
  }
}
