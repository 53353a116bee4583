// Plays one live source on a video element, at its edge or from a moment that is over: hls.js, or native HLS without MSE; its qualities, and
// recovery from its errors.

import { signal } from "@preact/signals";
import type { ErrorData, default as Hls, LevelDetails } from "hls.js";
import { after } from "../clock.ts";
import { random } from "../random.ts";
import type { EarlyMedia } from "./early/media.ts";
import type { GivenPicture } from "./early/picture.ts";
import type { makeLiveHls } from "./live-hls.ts";
import { loadHls } from "./load-hls.ts";
import { loadPreferences, savePreferences } from "./preferences.ts";
import { type Quality, qualitiesOf, renditionAt } from "./qualities.ts";
import { recoveryFrom } from "./recovery.ts";
import type { Replay } from "./replay.ts";

interface SourceEvents {
  /** A source was opened; play it. */
  opened(): void;
  /** A playlist with this PART-TARGET arrived and is read next. */
  listed(partSeconds: number): void;
  /** A newer playlist was read. */
  updated(): void;
  /** Media that begins here was appended to the buffer; of a playlist with parts, a part. */
  arrived(startSeconds: number): void;
  /** The decoder was reset; continue playing. */
  recovered(): void;
  /** The server refused media for want of a right. */
  denied(): void;
}

const FORBIDDEN = 403;
/** The rendition is not made any more. */
const GONE = 410;

interface Opening {
  url: string;
  early: EarlyMedia | null;
  /** The element plays already. */
  begun: GivenPicture | null;
}

export class Source {
  readonly qualities = signal<Quality[]>([]);
  /** Index of the chosen quality; null: Auto. */
  readonly chosen = signal<number | null>(null);
  /** Index of the quality that is playing; null: unknown. */
  readonly current = signal<number | null>(null);
  /** What is played now; null: the live edge. */
  readonly replay = signal<Replay | null>(null);
  /** Null: native playback, or nothing is open. */
  hls: Hls | null = null;
  /** The newest playlist; null before the first one. */
  details: LevelDetails | null = null;
  /** End of the newest part in that playlist. */
  edgeSeconds: number | null = null;
  /** The live multivariant playlist; null before the first one. */
  url: string | null = null;
  /** The rendition that the viewer chose on this device; null: Auto. */
  private wanted = loadPreferences().quality;
  private early: EarlyMedia | null = null;
  private failures = 0;
  private cancelRecovery = () => {};
  private leaves = 0;
  private stopped = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly events: SourceEvents,
  ) {}

  /** `early`: what was fetched for this URL already. `replay` null: plays the live edge. */
  async load(url: string, early: EarlyMedia | null = null, replay: Replay | null = null) {
    this.url = url;
    this.replay.value = replay;
    this.early = early?.url === url ? early : null;
    this.failures = 0;
    await this.open();
  }

  /** Call once the picture has moved for a while. */
  forgetFailures() {
    this.failures = 0;
  }

  /** `source`, `480p`, as in the URL of its playlist; null while unknown. */
  rendition(): string | null {
    return renditionAt(this.hls?.levels[this.current.value ?? -1]?.uri ?? "");
  }

  /** Null: Auto. Takes effect with the next part; buffered media is still played. Kept on this device. */
  choose(index: number | null) {
    this.wanted = this.qualities.peek().find((quality) => quality.index === index)?.rendition ?? null;
    savePreferences({ quality: this.wanted });
    this.chosen.value = index;
    if (this.hls) this.hls.loadLevel = index ?? -1;
  }

  /** Something else plays on the element now, until this is loaded again. */
  leave() {
    this.leaves++;
    this.cancelRecovery();
    this.close();
    this.qualities.value = [];
    this.current.value = null;
  }

  /** May be called twice. */
  stop() {
    this.stopped = true;
    this.cancelRecovery();
    this.close();
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** Opens what was loaded last with a new player: at its live edge, or where the replay says. */
  async open() {
    const { leaves } = this;
    const [{ default: HlsClass }, { makeLiveHls }] = await Promise.all([loadHls(), import("./live-hls.ts")]);
    const url = this.url;
    if (this.stopped || url === null || leaves !== this.leaves) return;
    this.cancelRecovery();
    this.close();
    const { early } = this;
    this.early = null;
    const begun = (await early?.handOver()) ?? null;
    if (this.stopped || url !== this.url || leaves !== this.leaves || this.hls) return;
    if (HlsClass.isSupported()) this.openHls(HlsClass, makeLiveHls, { url, early, begun });
    else this.openNative(url);
    this.events.opened();
  }

  private close() {
    this.hls?.destroy();
    this.hls = null;
    this.edgeSeconds = null;
    this.details = null;
  }

  private openHls(HlsClass: typeof Hls, makeHls: typeof makeLiveHls, { url, early, begun }: Opening) {
    const replay = this.replay.peek();
    const startPosition = begun?.playsFromSeconds ?? null;
    const hls = makeHls(HlsClass, { early, replay, startPosition, onPlaylist: this.events.listed });
    this.hls = hls;
    const { Events } = HlsClass;
    hls.on(Events.MANIFEST_PARSED, () => {
      this.qualities.value = qualitiesOf(hls.levels);
      const first = hls.levels.findIndex(({ uri }) =>
        replay ? renditionAt(uri) === replay.rendition : uri === early?.variantUrl,
      );
      if (first >= 0) hls.startLevel = first;
      const { wanted } = this;
      const kept = this.qualities.value.find(({ rendition }) => wanted !== null && rendition === wanted);
      this.chosen.value = kept?.index ?? null;
      if (kept) hls.loadLevel = kept.index;
    });
    hls.on(Events.LEVEL_SWITCHED, (_, { level }) => {
      this.current.value = level;
    });
    hls.on(Events.LEVEL_UPDATED, (_, { details }) => {
      this.edgeSeconds = details.edge;
      this.details = details;
      this.events.updated();
    });
    hls.on(Events.BUFFER_APPENDED, (_, { part, frag }) => {
      if (part || !this.details?.partList) this.events.arrived((part ?? frag).start);
    });
    hls.on(Events.ERROR, (_, data) => this.recover(hls, data));
    hls.attachMedia(begun ? { media: this.video, mediaSource: begun.mediaSource } : this.video);
    hls.loadSource(replay?.urlOf(url) ?? url);
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
    if (data.response?.code === FORBIDDEN) this.events.denied();
    // hls.js goes to another rendition if it knows one. A rendition that began later stands in the multivariant playlist only.
    if (data.response?.code === GONE && hls === this.hls && hls.levels.length === 1) return void this.open();
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
