// Keyframes out of stored segments: the fragment that begins with one, and the init that it needs.

import { Mp4Error } from "#runtime/fmp4/box.ts";
import type { Fragment, FragmentTrack } from "#runtime/fmp4/fragment.ts";
import { ObjectMissing, type Objects } from "#runtime/objects/objects.ts";
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
}

/** Reads inits once. */
export class Keyframes {
  readonly #inits = new Map<string, Promise<Uint8Array>>();

  constructor(private readonly options: KeyframesOptions) {}

  /** Null: the segment holds no keyframe, whatever its row says: it is not in the store, or is no MP4. Throws ObjectsAway, ObjectsRefused. */
  async at({ segment, offsetMs }: Moment): Promise<StoredKeyframe | null> {
    const { objects, videoId } = this.options;
    const initHash = segment.initHash!;
    try {
      const init = await this.#init(segment.rendition, initHash);
      const bytes = await objects.get(videoKey.segment(videoId, segment.rendition, segment));
      const fragment = keyFragment({ init, bytes }, offsetMs);
      return fragment && { initHash, init, fragment };
    } catch (error) {
      if (error instanceof ObjectMissing || error instanceof Mp4Error) return null;
      throw error;
    }
  }

  #init(rendition: string, hash: string): Promise<Uint8Array> {
    const { objects, videoId } = this.options;
    const key = videoKey.init(videoId, rendition, hash);
    const known = this.#inits.get(key) ?? objects.get(key);
    this.#inits.set(key, known);
    known.catch(() => this.#inits.delete(key));
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
