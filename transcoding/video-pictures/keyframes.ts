// Keyframes out of stored segments: the fragment that begins with one, and the init that it needs.

import type { Fragment, FragmentTrack } from "#runtime/fmp4/fragment.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { Splitter } from "../fmp4/splitter.ts";
import type { Moment } from "./choice.ts";

export interface StoredKeyframe {
  initHash: string;
  init: Uint8Array;
  fragment: Fragment;
}

export interface KeyframesOptions {
  objects: Pick<Objects, "get">;
  videoId: string;
  rendition: string;
}

/** Reads inits once. */
export class Keyframes {
  readonly #inits = new Map<string, Promise<Uint8Array>>();

  constructor(private readonly options: KeyframesOptions) {}

  /** Null: the segment holds no keyframe, whatever its row says. Throws what `objects.get` throws, and Mp4Error. */
  async at({ segment, offsetMs }: Moment): Promise<StoredKeyframe | null> {
    const { objects, videoId, rendition } = this.options;
    const initHash = segment.initHash!;
    const init = await this.#init(initHash);
    const bytes = await objects.get(videoKey.segment(videoId, rendition, segment));
    const fragment = keyFragment({ init, bytes }, offsetMs);
    return fragment && { initHash, init, fragment };
  }

  #init(hash: string): Promise<Uint8Array> {
    const { objects, videoId, rendition } = this.options;
    const known = this.#inits.get(hash) ?? objects.get(videoKey.init(videoId, rendition, hash));
    this.#inits.set(hash, known);
    known.catch(() => this.#inits.delete(hash));
    return known;
  }
}

export const pictureOf = ({ tracks }: Fragment): FragmentTrack | undefined =>
  tracks.find(({ track }) => track.kind === "video");

function keyFragment({ init, bytes }: { init: Uint8Array; bytes: Uint8Array }, offsetMs: number): Fragment | null {
  let startMs: number | null = null;
  let found: Fragment | null = null;
  const splitter = new Splitter({
    init() {},
    fragment(fragment) {
      const picture = pictureOf(fragment);
      if (!picture) return;
      const atMs = (picture.firstPts * 1_000) / picture.track.timescale;
      startMs ??= atMs;
      // Copied: a fragment is a view into the splitter's block.
      if (picture.keyframe && (!found || atMs - startMs <= offsetMs))
        found = { ...fragment, data: fragment.data.slice() };
    },
  });
  splitter.push(init);
  splitter.push(bytes);
  return found;
}
