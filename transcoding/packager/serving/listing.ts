// The current content of a broadcast's playlists: their first number, the highest number allowed, and the text, rendered once per change.

import type { Clock } from "#runtime/base/clock.ts";
import type { Slots } from "../numbers/slots.ts";
import type { Segment, Shelf } from "../shelf/shelf.ts";
import { Front } from "../shelf/window.ts";
import { type MediaView, mediaPlaylist } from "./playlist.ts";

interface View {
  shelf: Shelf;
  listed: Segment[];
  /** A digest of the listed state; when it changes, the playlist has changed. */
  mark: string;
}

interface ListingOptions {
  clock: Clock;
  shelves: Map<string, Shelf>;
  /** First number to list. */
  first: number;
  /** Until a save is reported, listing is allowed as if a save with this head number had just been sent. */
  coveredNumber: number;
  /** Nothing is listed before the saved window begins with `first` or a higher number. */
  awaitsSavedWindow: boolean;
  /** See PackagerOptions. */
  soleUntilMs(sinceMs: number): number;
  /** Called when a higher number may be shown. */
  onRise(): void;
}

/** A playlist's content besides its segments. */
export interface Frame extends Pick<MediaView, "broadcastId" | "epoch" | "targetDurationMs" | "partTargetMs"> {
  slots: Slots;
  ended: boolean;
  /** The part after the listed segments. */
  hint(listed: Segment[]): { take: number; n: number };
}

export class Listing {
  readonly #views = new Map<string, View>();
  readonly #front: Front;
  readonly #texts = new Map<string, string>();
  #covered: { headNumber: number; atMonoMs: number };
  /** Highest number that was listed; it must stay listed. */
  #shownNumber = -1;
  /** A successor uses the numbers above this one. */
  #lastNumber = Number.POSITIVE_INFINITY;
  #awaitsSavedWindow: boolean;
  #cancelRise = () => {};

  constructor(private readonly options: ListingOptions) {
    for (const [name, shelf] of options.shelves) this.#views.set(name, { shelf, listed: [], mark: "" });
    this.#front = new Front(options.first);
    this.#covered = { headNumber: options.coveredNumber, atMonoMs: options.clock.monoMs() };
    this.#awaitsSavedWindow = options.awaitsSavedWindow;
  }

  get first() {
    return this.#front.first;
  }

  /** Numbers above the limit must not be listed: a successor could use them (design: Numbers that never go back). */
  get limit() {
    if (this.#awaitsSavedWindow) return -1;
    const { clock, soleUntilMs } = this.options;
    const { headNumber, atMonoMs } = this.#covered;
    const aheadMs = Math.max(0, Math.min(clock.monoMs(), soleUntilMs(atMonoMs)) - atMonoMs);
    const allowed = headNumber + 1 + Math.floor(aheadMs / 1000);
    return Math.max(Math.min(allowed, this.#lastNumber), this.#shownNumber);
  }

  of(rendition: string): Segment[] {
    return this.#views.get(rendition)?.listed ?? [];
  }

  /** Every rendition lists such a segment. */
  everyHas(wanted: (segment: Segment) => boolean): boolean {
    return [...this.#views.values()].every(({ listed }) => listed.some(wanted));
  }

  lists(rendition: string, { msn, part }: { msn: number; part: number | undefined }): boolean {
    const last = this.of(rendition).at(-1);
    if (!last || last.slot.number < msn) return false;
    if (last.slot.number > msn) return true;
    return part === undefined ? last.closed : part < last.parts.length;
  }

  endAfter(number: number) {
    this.#lastNumber = number;
  }

  opened(number: number) {
    this.#front.opened(number);
  }

  /** A newer save counts even if it allows less than the one before, since a successor counts from the newest save. */
  covered(headNumber: number, atMonoMs: number) {
    if (atMonoMs < this.#covered.atMonoMs) return;
    this.#covered = { headNumber, atMonoMs };
    this.#front.covered(headNumber);
  }

  savedFrom(firstNumber: number) {
    if (firstNumber >= this.options.first) this.#awaitsSavedWindow = false;
  }

  /** First number of the window of the next save. */
  proposeFirst(targetDurationMs: number): number {
    return this.#front.propose(this.#firstWanted(targetDurationMs));
  }

  /** Updates the listed segments. True when a playlist has changed. `state`: a digest of what changes playlists besides segments. */
  refresh({ targetDurationMs, state }: { targetDurationMs: number; state: string }): boolean {
    const { limit } = this;
    const newest = [...this.#views.values()].map(({ shelf }) => shelf.lastMedia?.slot.number ?? -1);
    const last = Math.max(-1, ...newest);
    this.#front.advance({ wanted: this.#firstWanted(targetDurationMs), last: Math.min(last, limit) });
    let changed = false;
    for (const view of this.#views.values()) {
      const media = view.shelf.lastMedia;
      const shown = Math.min(media?.slot.number ?? -1, limit);
      const mark = `${this.first} ${shown} ${media?.parts.length} ${media?.closed} ${state}`;
      if (mark === view.mark) continue;
      view.mark = mark;
      view.listed = view.shelf.listed(this.first, limit);
      this.#shownNumber = Math.max(this.#shownNumber, view.listed.at(-1)?.slot.number ?? -1);
      changed = true;
    }
    if (changed) this.#texts.clear();
    this.#awaitRise(last > limit);
    return changed;
  }

  /** `rendition` must list at least one segment. */
  text(rendition: string, { skip }: { skip: boolean }, frame: Frame): string {
    const key = skip ? `${rendition} delta` : rendition;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const text = this.#render(rendition, skip, frame);
    this.#texts.set(key, text);
    return text;
  }

  stop() {
    this.#cancelRise();
    this.#views.clear();
    this.#texts.clear();
  }

  #render(rendition: string, skip: boolean, { slots, ended, hint, ...frame }: Frame): string {
    const segments = this.of(rendition);
    const renditionReports = [...this.#views].flatMap(([name, { listed }]) => {
      const last = name === rendition ? undefined : listed.at(-1);
      return last ? [{ rendition: name, number: last.slot.number, part: Math.max(0, last.parts.length - 1) }] : [];
    });
    const discontinuitySequence = slots.discontinuitySequenceAt(segments[0]!.slot.number);
    const next = ended ? null : hint(segments);
    return mediaPlaylist(
      { ...frame, rendition, discontinuitySequence, segments, hint: next, renditionReports },
      { skip },
    );
  }

  /** The lowest wanted first number of all renditions, since all playlists begin with the same number. */
  #firstWanted(targetDurationMs: number): number {
    const { limit } = this;
    const wanted = [...this.#views.values()].map(({ shelf }) => shelf.firstWanted(limit, targetDurationMs));
    return Math.min(...wanted.map((first) => first ?? this.first));
  }

  /** Calls `onRise` at the next full second after the save, when the limit may rise by one. */
  #awaitRise(hidden: boolean) {
    this.#cancelRise();
    if (!hidden) return;
    const sinceMs = Math.max(0, this.options.clock.monoMs() - this.#covered.atMonoMs);
    this.#cancelRise = this.options.clock.timer(1000 - (sinceMs % 1000), () => this.options.onRise());
  }
}
