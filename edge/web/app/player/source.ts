// One live source on a video element: hls.js first, native HLS where there is no MSE; its qualities, and getting over its errors.

import { signal } from "@preact/signals";
import type { ErrorData, default as Hls, HlsConfig, LevelDetails } from "hls.js";
import { after } from "../clock.ts";
import { random } from "../random.ts";
import { type Quality, qualitiesOf } from "./qualities.ts";
import { recoveryFrom } from "./recovery.ts";
import { settings } from "./settings.ts";

interface SourceEvents {
  /** Anew: to be played. */
  opened(): void;
  /** There is a newer playlist. */
  listed(): void;
  /** The decoder was reset: to be played on. */
  recovered(): void;
}

export class Source {
  readonly qualities = signal<Quality[]>([]);
  /** Index, or null for Auto. */
  readonly chosen = signal<number | null>(null);
  /** What is playing now. */
  readonly current = signal<number | null>(null);
  /** Null: native, or nothing is open. */
  hls: Hls | null = null;
  /** Of the newest playlist; null before it. */
  details: LevelDetails | null = null;
  /** End of the newest part that it listed when it came. */
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

  /** The picture has moved for long enough. */
  forgetFailures() {
    this.failures = 0;
  }

  /** Null: Auto. Takes effect with the next part, so that the little that is buffered still plays. */
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

  /** What was loaded last, by a new player, from its live edge. */
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
    const hls = new HlsClass(settings as Partial<HlsConfig>);
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
    hls.on(Events.ERROR, (_, data) => this.heal(hls, data));
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

  private heal(hls: Hls, data: ErrorData) {
    if (!data.fatal || hls !== this.hls) return; // hls.js gets over the others by itself.
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
