// Stores the segments of one recording: the init segment first, then the segment, then its row.

import { type Objects, ObjectsRefused } from "#runtime/objects/objects.ts";
import { MEDIA_OBJECT, videoKey } from "#schema/wire/video-keys.ts";
import type { Entry } from "./entry.ts";
import type { RecordingRows } from "./rows.ts";
import type { SegmentSpool } from "./spool.ts";

/** These bytes can never be stored. */
export class Unstorable extends Error {
  override readonly name = "Unstorable";
}

/** Codes by which an object store refuses the bytes themselves. Others, such as a wrong key, may be mended. */
const BYTES_REFUSED = new Set(["BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "EntityTooLarge"]);

export interface SegmentStores {
  objects: Objects;
  rows: Pick<RecordingRows, "init" | "segment" | "supersede">;
  spool: SegmentSpool;
}

interface Init {
  bytes: Uint8Array;
  /** Null: not asked for yet. */
  stored: Promise<void> | null;
}

export class SegmentStore {
  /** By rendition and hash. */
  readonly #inits = new Map<string, Init>();
  /** By rendition and epoch: the lowest number with media whose time is this owner's alone. */
  readonly #superseded = new Map<string, number>();

  constructor(private readonly options: SegmentStores & { videoId: string }) {}

  /** Segments under this init segment follow. */
  expect(rendition: string, { hash, bytes }: { hash: string; bytes: Uint8Array }) {
    const at = `${rendition} ${hash}`;
    if (!this.#inits.has(at)) this.#inits.set(at, { bytes, stored: null });
  }

  /** Puts an init segment into the spool. */
  async keepInit(rendition: string, hash: string) {
    const init = this.#inits.get(`${rendition} ${hash}`);
    if (init) await this.options.spool.keepInit(this.options.videoId, { rendition, hash, bytes: init.bytes });
  }

  /** False: the number is somebody else's, or the video is gone. Rejects while object store or rows fail, with Unstorable for good; what is
   *  stored by then is not stored again. */
  async store(entry: Entry): Promise<boolean> {
    const { videoId, objects, rows, spool } = this.options;
    const { row, body } = entry;
    if (row.media && body) {
      await this.#init(row.rendition, row.media.initHash);
      await this.#put(entry).catch(async (error) => {
        if (error instanceof Unstorable && body.in === "spool") await spool.drop(videoId, body.file);
        throw error;
      });
      entry.body = null;
    }
    const counts = await rows.segment(videoId, row);
    if (counts) await this.#supersede(row);
    // No row names this object. Should it stay, the sweep of the store finds it.
    if (!counts && row.media) await objects.remove([videoKey.segment(videoId, row.rendition, row)]).catch(() => {});
    if (body?.in === "spool") await spool.drop(videoId, body.file);
    return counts;
  }

  /** What a former owner made without a save is made once more by its successor, and would be there twice. */
  async #supersede(row: Entry["row"]) {
    const of = `${row.rendition} ${row.epoch}`;
    const from = this.#superseded.get(of) ?? Number.POSITIVE_INFINITY;
    // Another session has another clock.
    if (!row.media || row.discontinuity || row.number >= from) return;
    await this.options.rows.supersede(this.options.videoId, row);
    this.#superseded.set(of, row.number);
  }

  async #put({ row, body }: Entry) {
    const { videoId, objects, spool } = this.options;
    if (!row.media || !body) return;
    const { sha256 } = row.media;
    const unreadable = (error: unknown) => {
      throw new Unstorable("the spool has lost it", { cause: error });
    };
    const bytes =
      body.in === "spool" ? await spool.read(videoId, body.file).catch(unreadable) : Buffer.concat(body.chunks);
    const key = videoKey.segment(videoId, row.rendition, row);
    try {
      await objects.put(key, bytes, { ...MEDIA_OBJECT, sha256 });
    } catch (error) {
      const refused = error instanceof ObjectsRefused && BYTES_REFUSED.has(error.code);
      throw refused ? new Unstorable(error.code, { cause: error }) : error;
    }
  }

  async #init(rendition: string, hash: string) {
    const init = this.#inits.get(`${rendition} ${hash}`);
    if (!init) throw new Unstorable(`no init segment ${hash} of ${rendition}`);
    init.stored ??= this.#storeInit(rendition, hash, init.bytes);
    try {
      await init.stored;
    } catch (error) {
      init.stored = null;
      throw error;
    }
  }

  async #storeInit(rendition: string, hash: string, bytes: Uint8Array) {
    const { videoId, objects, rows } = this.options;
    await objects.put(videoKey.init(videoId, rendition, hash), bytes, MEDIA_OBJECT);
    await rows.init(videoId, { rendition, hash, bytes: bytes.length });
  }
}
