// The renditions that the server offers by WebSocket, as the menu of qualities lists them, and which of them is wanted.

import { signal } from "@preact/signals";
import type { LiveRendition } from "#schema/wire/live-stream.ts";
import type { Qualities } from "../delivery.ts";
import { loadPreferences, savePreferences } from "../preferences.ts";
import { labelOf, type Quality } from "../qualities.ts";

/** What is asked for where the viewer has chosen none. */
const AUTO = "auto";

export class LowQualities implements Qualities {
  readonly qualities = signal<Quality[]>([]);
  readonly chosen = signal<number | null>(null);
  readonly current = signal<number | null>(null);
  /** The rendition that plays; null: none yet. */
  rendition: string | null = null;
  private wanted = loadPreferences().quality;

  /** `ask`: another rendition is wanted. */
  constructor(private readonly ask: (name: string) => void) {}

  /** What a new connection asks for; null: Auto. */
  get wish(): string | null {
    return this.wanted;
  }

  /** Whether it is what the viewer has chosen. */
  isWish = (rendition: string) => rendition === this.wanted;

  /** As the server lists them: the source, then rungs, best first. */
  offered(renditions: readonly LiveRendition[]) {
    this.qualities.value = renditions.map(({ name, bandwidth, height }, index) => ({
      index,
      rendition: name,
      label: labelOf({ height, frameRate: 0, name }),
      source: name === "source",
      bitsPerSecond: bandwidth,
    }));
    this.chosen.value = this.indexOf(this.wanted);
    this.current.value = this.indexOf(this.rendition);
    // This broadcast does not have it.
    if (this.wanted !== null && this.chosen.value === null) this.ask(AUTO);
  }

  plays(rendition: string) {
    this.rendition = rendition;
    this.current.value = this.indexOf(rendition);
  }

  choose(index: number | null) {
    this.wanted = this.qualities.peek().find((quality) => quality.index === index)?.rendition ?? null;
    savePreferences({ quality: this.wanted });
    this.chosen.value = index;
    this.ask(this.wanted ?? AUTO);
  }

  private indexOf(rendition: string | null): number | null {
    const index = this.qualities.peek().findIndex((quality) => quality.rendition === rendition);
    return index < 0 ? null : index;
  }
}
