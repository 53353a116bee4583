// What a packager tells its owner: how far its numbers go, when viewers can begin, and what the actor's row should keep.

import type { Run, RunWorld } from "./attempt/attempt.ts";
import { save } from "./numbers/restore.ts";
import { targetDurationOf } from "./numbers/rhythm.ts";
import type { Variant } from "./numbers/saved.ts";
import type { Slot } from "./numbers/slots.ts";
import type { Listing } from "./serving/listing.ts";
import type { Segment } from "./shelf/shelf.ts";

interface ReportsOptions {
  world: RunWorld;
  listing: Listing;
  /** As a former owner left them: what is known of the renditions, and the highest numbers that were opened and closed; -1: none. */
  variants: Record<string, Variant>;
  headNumber: number;
  closedNumber: number;
}

export class Reports {
  #headNumber: number;
  #closedNumber: number;
  #listed = false;

  constructor(private readonly options: ReportsOptions) {
    this.#headNumber = options.headNumber;
    this.#closedNumber = options.closedNumber;
  }

  /** Highest number opened in any rendition; -1 before the first. */
  get headNumber() {
    return this.#headNumber;
  }

  /** What the multivariant playlist says of a rendition; undefined before its first segment. */
  variant(rendition: string): Variant | undefined {
    return this.options.variants[rendition];
  }

  opened(number: number) {
    this.#headNumber = Math.max(this.#headNumber, number);
  }

  /** Other things are listed than before. */
  changed(run: Run | null) {
    this.#announceListed();
    if (run) this.#announceReady(run);
  }

  /** A slot closed in a rendition: told when it has in all of them. */
  closed(slot: Slot, run: Run | null) {
    const { world } = this.options;
    if (slot.gap || slot.number <= this.#closedNumber) return;
    for (const shelf of world.shelves.values()) if (!shelf.segment(slot.number)?.closed) return;
    this.#closedNumber = slot.number;
    if (run && !run.ready) this.#describe(run);
    world.onEvent({ type: "closed", media: this.#media(run) });
  }

  #announceListed() {
    const { world, listing } = this.options;
    const isOwn = ({ slot, parts }: Segment) => slot.number >= world.startNumber && parts.length > 0;
    if (this.#listed || !listing.everyHas(isOwn)) return;
    this.#listed = true;
    world.onEvent({ type: "listed" });
  }

  #announceReady(run: Run) {
    const first = run.firstNumber;
    if (run.over || run.ready || first === null) return;
    const playable = ({ slot, closed, parts }: Segment) => slot.number >= first && closed && parts.length > 0;
    if (!this.options.listing.everyHas(playable)) return;
    this.#describe(run);
    run.becomeReady();
  }

  /** From the first segments of a run. */
  #describe(run: Run) {
    const { world, variants } = this.options;
    const fps = run.info?.fps ?? 0;
    for (const [name, shelf] of world.shelves) {
      const tracks = run.tracks(name);
      const video = tracks.find(({ kind }) => kind === "video");
      if (!video) continue;
      const codecs = tracks.filter(({ kind }) => kind !== "other").map(({ codec }) => codec);
      const { width, height } = video;
      variants[name] = { codecs, width, height, fps, bandwidth: shelf.bandwidth };
    }
  }

  #media(run: Run | null) {
    const { world, listing, variants } = this.options;
    return save({
      headNumber: this.#headNumber,
      world,
      variants,
      fromNumber: listing.proposeFirst(targetDurationOf(world.rhythm)),
      toNumber: this.#closedNumber,
      session: run?.options.session,
      shiftsMs: run?.shiftsMs,
    });
  }
}
