// One init of a source with all that is muxed under it: a fragment with each picture, at once, and the sound that has come since.

import type { Fragment } from "#runtime/fmp4/fragment.ts";
import type { Track } from "#runtime/fmp4/init.ts";
import { type Run, writeFragment } from "../fmp4/fragment-writer.ts";
import { VIDEO_TIMESCALE } from "../fmp4/init-writer.ts";
import { aacBody } from "./flv/flv-file.ts";
import { PictureLine } from "./picture-line.ts";
import { SoundLine } from "./sound-line.ts";
import type { FragmentPlace, SourceInit, SourceTag } from "./source.ts";

export interface Picture {
  /** Session time, whole ms. */
  atMs: number;
  /** Presentation minus decode time, as told. */
  compositionMs: number;
  /** Everything can be decoded from here at once; from here at once or soon. */
  key: boolean;
  entry: boolean;
  /** NAL units with their lengths. */
  data: Uint8Array;
  /** The whole tag. */
  body: Uint8Array;
}

export interface MuxingEvents {
  onInit(init: SourceInit): void;
  onFragment(fragment: Fragment, place: FragmentPlace): void;
  onTag(tag: SourceTag): void;
  silence(begins: boolean): void;
}

const TICKS_PER_MS = VIDEO_TIMESCALE / 1_000;

export class Muxing {
  #sequence = 0;
  readonly #pictures: PictureLine;
  readonly #sound: SoundLine;
  readonly #videoTrack: Track;

  /** `beforeMs`: where the sound of the init before ended; null: there was none. `atMs`: the first picture. */
  constructor(
    readonly init: SourceInit,
    { beforeMs, atMs }: { beforeMs: number | null; atMs: number },
    private readonly events: MuxingEvents,
  ) {
    const [video, audio] = init.tracks as [Track, Track];
    this.#videoTrack = video;
    this.#pictures = new PictureLine(init.video.fps);
    events.onInit(init);
    const header = { atMs, header: true, key: false };
    events.onTag({ ...header, type: 9, body: init.headers.video });
    events.onTag({ ...header, type: 8, body: init.headers.audio });
    const place = { endMs: beforeMs, fromMs: atMs, silent: init.silent };
    this.#sound = new SoundLine(init.audio, audio, place, {
      full: () => this.flush(),
      silence: (begins) => events.silence(begins),
    });
  }

  get heldBytes() {
    return this.#sound.heldBytes;
  }

  get soundEndMs() {
    return this.#sound.endMs;
  }

  picture({ atMs, compositionMs, key, entry, data, body }: Picture) {
    this.#sound.reach(atMs);
    const place = this.#pictures.place(atMs, compositionMs, { key });
    this.events.onTag({
      type: 9,
      atMs,
      body: composed(body, place.decodeMs + place.compositionMs - atMs),
      header: false,
      key: entry,
    });
    const sample = {
      ...{ data, key, duration: Math.round(place.durationMs * TICKS_PER_MS) },
      compositionOffset: Math.round(place.compositionMs * TICKS_PER_MS),
    };
    const run = { track: this.#videoTrack, decodeTime: Math.round(place.decodeMs * TICKS_PER_MS), samples: [sample] };
    this.#send([run, ...this.#takeSound()], { key, atMs });
  }

  /** False: there is sound already at that time. */
  sound(atMs: number, data: Uint8Array): boolean {
    return this.#sound.add(atMs, data);
  }

  /** Sends the sound that waits for a picture. */
  flush() {
    const [run] = this.#takeSound();
    if (run) this.#send([run], { key: false, atMs: Math.round((run.decodeTime * 1000) / run.track.timescale) });
  }

  #takeSound(): Run[] {
    const run = this.#sound.take();
    if (!run) return [];
    let ticks = run.decodeTime;
    for (const { data, duration } of run.samples) {
      const atMs = Math.round((ticks * 1000) / run.track.timescale);
      this.events.onTag({ type: 8, atMs, body: aacBody(data, { header: false }), header: false, key: false });
      ticks += duration;
    }
    return [run];
  }

  #send(runs: Run[], place: FragmentPlace) {
    this.events.onFragment(writeFragment(++this.#sequence, runs), place);
  }
}

/** The body of a picture with that composition time: the same bytes, unless the time that it tells was not believed. */
function composed(body: Uint8Array, compositionMs: number): Uint8Array {
  const bytes = [(compositionMs >> 16) & 255, (compositionMs >> 8) & 255, compositionMs & 255];
  if (bytes.every((byte, i) => body[2 + i] === byte)) return body;
  const copy = body.slice();
  copy.set(bytes, 2);
  return copy;
}
