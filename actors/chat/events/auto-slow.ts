// The slow mode that a hot room puts on by itself, and takes off once it is calm.

import type { Clock } from "#runtime/base/clock.ts";
import type { RoomSettings } from "#schema/api/chat.ts";
import type { Act } from "#schema/wire/room.ts";
import { HotRoom } from "./hot-room.ts";
import { Timers } from "./timers.ts";

const LOOK_MS = 1_000;

interface AutoSlowOptions {
  clock: Clock;
  settings(): RoomSettings;
  /** Stores an act of the room itself, unless another one is on its way. */
  do(act: Act): void;
}

export class AutoSlow {
  readonly #hot = new HotRoom();
  readonly #timers: Timers;
  #looking = false;

  constructor(private readonly options: AutoSlowOptions) {
    this.#timers = new Timers(options.clock);
  }

  /** The room's settings are known. */
  opened() {
    if (this.options.settings().autoSlowMs > 0) this.#look();
  }

  /** A line was taken. */
  said() {
    if (!this.options.settings().autoSlow) return;
    this.#hot.said(this.options.clock.monoMs());
    this.#look();
  }

  stop() {
    this.#timers.stop();
  }

  /** Looks once a second, until the room is still. */
  #look() {
    if (this.#looking) return;
    this.#looking = true;
    this.#timers.set(LOOK_MS, () => {
      this.#looking = false;
      const { autoSlow, autoSlowMs } = this.options.settings();
      if (!autoSlow) return;
      const nowMs = this.options.clock.monoMs();
      const wantedMs = this.#hot.next(nowMs, autoSlowMs);
      if (wantedMs !== autoSlowMs) this.options.do({ act: "settings", change: { autoSlowMs: wantedMs } });
      if (autoSlowMs > 0 || wantedMs > 0 || !this.#hot.isStill(nowMs)) this.#look();
    });
  }
}
