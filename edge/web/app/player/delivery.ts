// A way in which live media come to the element. The player shows and controls whichever plays now.

import type { ReadonlySignal } from "@preact/signals";
import type { LatencyMode } from "./latency-mode.ts";
import type { LiveStats } from "./live-edge.ts";
import type { Quality } from "./qualities.ts";

/** What the menu of qualities needs. */
export interface Qualities {
  readonly qualities: ReadonlySignal<Quality[]>;
  /** Index of the chosen quality; null: Auto. */
  readonly chosen: ReadonlySignal<number | null>;
  /** Index of the quality that is playing; null: unknown. */
  readonly current: ReadonlySignal<number | null>;
  /** Null: Auto. Kept on this device. */
  choose(index: number | null): void;
}

export interface Delivery extends Qualities {
  readonly mode: LatencyMode;
  /** Null while nothing live is shown. */
  readonly stats: ReadonlySignal<LiveStats | null>;
  /** The picture stopped twice within half a minute, because media came late. */
  readonly stopsOften: ReadonlySignal<boolean>;
  /** `source`, `480p`; null while unknown. */
  rendition(): string | null;
  /** Between the picture and the newest media; null while unknown. */
  behindSeconds(): number | null;
  /** As `behindSeconds`, and what delivery takes, where it is known. */
  latencySeconds(): number | null;
  /** When the picture that is shown was live, ms since 1970 by the server's clock; null: unknown. */
  shownMs(): number | null;
  /** The oldest that can be shown again without the recording; null: unknown. */
  oldestMs(): number | null;
  /** Places of the element's timeline: the oldest that can be played, and that at which live is played; null: nothing yet. */
  oldestSeconds(): number | null;
  liveSeconds(): number | null;
  /** The encoder left or came back: a picture that stood still meanwhile says nothing about the viewer's network. */
  interrupted(): void;
}
