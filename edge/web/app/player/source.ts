// Plays one live source on a video element: hls.js, or native HLS without MSE; its qualities, and recovery from its errors.

import { signal } from "@preact/signals";
import type { ErrorData, default as Hls, HlsConfig, LevelDetails } from "hls.js";
import { after } from "../clock.ts";
import { random } from "../random.ts";
import { hlsConfig } from "./hls-config.ts";
import { type Quality, qualitiesOf } from "./qualities.ts";
import { recoveryFrom } from "./recovery.ts";

interface SourceEvents {
  /** A source was opened; play it. */
  opened(): void;
  /** A newer playlist was loaded. */
  listed(): void;
  /** The decoder was reset; continue playing. */
  recovered(): void;
}

export class Source {
  readonly qualities = signal<Quality[]>([]);
  /** Index of the chosen quality; null: Auto. */
  readonly chosen = signal<number | null>(null);
  /** Index of the quality that is playing; null: unknown. */
  readonly current = signal<number | null>(null);
  /** Null: native playback, or nothing is open. */
  hls: Hls | null = null;
  /** The newest playlist; null before the first one. */
  details: LevelDetails | null = null;
  /** End of the newest part in that playlist. */
  edgeSeconds: number | null = null;
  private url: string | null = null;
  private failures = 0;
  private cancelRecovery = () => {};
  private stopped = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly events: SourceEvents,
  ) {}

  async load(url: string) {
    this.url = url;
    this.failures = 0;
    await this.open();
  }

  /** Call once the picture has moved for a while. */
  forgetFailures() {
    this.failures = 0;
  }

  /** Null: Auto. Takes effect with the next part; buffered media is still played. */
  choose(index: number | null) {
    this.chosen.value = index;
    if (this.hls) this.hls.loadLevel = index ?? -1;
  }

  /** May be called twice. */
  stop() {
    this.stopped = true;
    this.cancelRecovery();
    this.close();
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** Opens the last loaded URL at its live edge, with a new player. */
  async open() {
    const { default: HlsClass } = await import("hls.js");
    const url = this.url;
    if (this.stopped || url === null) return;
    this.cancelRecovery();
    this.close();
    if (HlsClass.isSupported()) this.openHls(HlsClass, url);
    else this.openNative(url);
    this.events.opened();
  }

  private close() {
    this.hls?.destroy();
    this.hls = null;
    this.edgeSeconds = null;
    this.details = null;
  }

  private openHls(HlsClass: typeof Hls, url: string) {
    const hls = new HlsClass(hlsConfig as Partial<HlsConfig>);
    this.hls = hls;
    const { Events } = HlsClass;
    hls.on(Events.MANIFEST_PARSED, () => {
      this.qualities.value = qualitiesOf(hls.levels);
      const chosen = this.chosen.value;
      if (chosen !== null && chosen < hls.levels.length) hls.loadLevel = chosen;
      else this.chosen.value = null;
    });
    hls.on(Events.LEVEL_SWITCHED, (_, { level }) => {
      this.current.value = level;
    });
    hls.on(Events.LEVEL_UPDATED, (_, { details }) => {
      this.edgeSeconds = details.edge;
      this.details = details;
      this.events.listed();
    });
    hls.on(Events.ERROR, (_, data) => this.recover(hls, data));
    hls.attachMedia(this.video);
    hls.loadSource(url);
  }

  private openNative(url: string) {
    this.qualities.value = [];
    this.video.onerror = () => {
      const { delayMs } = recoveryFrom(this.failure("networkError", "manifest"));
      this.cancelRecovery = after(delayMs, () => void this.open());
    };
    this.video.src = url;
  }

  private failure = (type: string, details: string) => ({
    type,
    details,
    failures: this.failures++,
    chance: random(),
  });

  private recover(hls: Hls, data: ErrorData) {
    if (!data.fatal || hls !== this.hls) return; // hls.js recovers from the other errors itself.
    this.cancelRecovery();
    const { how, delayMs } = recoveryFrom(this.failure(data.type, data.details));
    if (how === "media") {
      hls.recoverMediaError();
      this.events.recovered();
      return;
    }
    this.cancelRecovery = after(delayMs, () => {
      if (how === "resume" && hls === this.hls) hls.startLoad();
      else void this.open();
    });
  }
}
