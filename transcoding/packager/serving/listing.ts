// The current content of a broadcast's playlists: their first number, the highest number allowed, and the text, rendered once per change.

import type { Clock } from "#runtime/base/clock.ts";
import type { Slots } from "../numbers/slots.ts";
import type { Segment, Shelf } from "../shelf/shelf.ts";
import { Front } from "../shelf/window.ts";
import { gapPartsOf, type MediaView, mediaPlaylist } from "./playlist.ts";

interface View {
  shelf: Shelf;
  listed: Segment[];
  /** A digest of the listed state; when it changes, the playlist has changed. */
  mark: string;
}

interface ListingOptions {
  clock: Clock;
  /** By rendition, the source first. Rungs may be added at any time. */
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
export interface Frame extends Pick<MediaView, "broadcastId" | "epoch" | "targetDurationMs"> {
  /** PART-TARGET of a rendition. */
  partTargetOf(rendition: string): number;
  slots: Slots;
  ended: boolean;
  /** Other renditions report where this one is. */
  isNamed(rendition: string): boolean;
  /** The part after the listed segments. */
  hint(rendition: string, listed: Segment[]): { take: number; n: number };
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

  lists(rendition: string, { msn, part }: { msn: number; part: number | undefined }): boolean {
    const last = this.of(rendition).at(-1);
    if (!last || last.slot.number < msn) return false;
    if (last.slot.number > msn) return true;
    // A gap has no parts that could still come.
    return part === undefined || last.initHash === null ? last.closed : part < last.parts.length;
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
    const source = this.#source;
    const newestNumber = source.shelf.lastMedia?.slot.number ?? -1;
    this.#front.advance({ wanted: this.#firstWanted(targetDurationMs), last: source.shelf.lastShownNumber(limit) });
    let changed = this.#update(source, { limit, state });
    // No rung is ahead of the source: it would list gaps whose numbers may still be used again.
    const shown = source.listed.at(-1)?.slot.number ?? -1;
    for (const view of this.#rungs) if (this.#update(view, { limit: shown, state })) changed = true;
    if (changed) this.#texts.clear();
    this.#awaitRise(newestNumber > limit);
    return changed;
  }

  #update(view: View, { limit, state }: { limit: number; state: string }): boolean {
    const { shelf } = view;
    const shown = Math.min(shelf.last?.slot.number ?? -1, limit);
    const { parts, closed } = shelf.segment(shown) ?? {};
    const mark = `${this.first} ${shown} ${parts?.length} ${closed} ${state}`;
    if (mark === view.mark) return false;
    view.mark = mark;
    // Players refuse a playlist without a whole segment.
    const listed = shelf.listed(this.first, limit);
    view.listed = listed.some((segment) => segment.closed) ? listed : [];
    this.#shownNumber = Math.max(this.#shownNumber, view.listed.at(-1)?.slot.number ?? -1);
    return true;
  }

  get #source(): View {
    return this.#view(this.options.shelves.values().next().value!);
  }

  get #rungs(): View[] {
    return [...this.options.shelves.values()].slice(1).map((shelf) => this.#view(shelf));
  }

  #view(shelf: Shelf): View {
    let view = this.#views.get(shelf.name);
    if (!view) {
      view = { shelf, listed: [], mark: "" };
      this.#views.set(shelf.name, view);
    }
    return view;
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

  #render(rendition: string, skip: boolean, given: Frame): string {
    const { slots, ended, isNamed, hint, partTargetOf, ...frame } = given;
    const segments = this.of(rendition);
    const renditionReports = [...this.#views].flatMap(([name, view]) => {
      const last = name === rendition || !isNamed(name) ? undefined : view.listed.at(-1);
      if (!last) return [];
      const parts = last.initHash === null ? gapPartsOf(last.durationMs, partTargetOf(name)) : last.parts.length;
      return [{ rendition: name, number: last.slot.number, part: Math.max(0, parts - 1) }];
    });
    const discontinuitySequence = slots.discontinuitySequenceAt(segments[0]!.slot.number);
    const next = ended ? null : hint(rendition, segments);
    return mediaPlaylist(
      {
        ...frame,
        rendition,
        partTargetMs: partTargetOf(rendition),
        discontinuitySequence,
        segments,
        hint: next,
        renditionReports,
      },
      { skip },
    );
  }

  /** All playlists begin with the source's first number, or later. */
  #firstWanted(targetDurationMs: number): number {
    return this.#source.shelf.firstWanted(this.limit, targetDurationMs) ?? this.first;
  }

  /** Calls `onRise` at the next full second after the save, when the limit may rise by one. */
  #awaitRise(hidden: boolean) {
    this.#cancelRise();
    if (!hidden) return;
    const sinceMs = Math.max(0, this.options.clock.monoMs() - this.#covered.atMonoMs);
    this.#cancelRise = this.options.clock.timer(1000 - (sinceMs % 1000), () => this.options.onRise());
  }
}
