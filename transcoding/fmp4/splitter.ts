// Cuts a stream of fragmented MP4 into its init segment and its fragments. Chunks may have any size.
//
// Bytes are copied once, into blocks. A fragment is a view into a block. Consecutive fragments mostly lie side by side, so that a part
// made of them is one view too.

import { boxHeader, Mp4Error } from "#runtime/fmp4/box.ts";
import { type Fragment, type FragmentTrack, parseMoof } from "#runtime/fmp4/fragment.ts";
import { parseInit, type Track } from "#runtime/fmp4/init.ts";

/** A larger box is an error: no fragment of ours has 8 s at 16 Mbit/s. */
export const BOX_BYTES_MAX = 16 * 1024 * 1024;
const BLOCK_BYTES = 256 * 1024;
/** Boxes that no player needs. */
const IGNORED = new Set(["styp", "sidx", "prft", "emsg", "free", "skip", "mfra", "uuid"]);

interface SplitterEvents {
  /** ftyp + moov, once, before any fragment. */
  init(bytes: Uint8Array, tracks: Track[]): void;
  fragment(fragment: Fragment): void;
}

export class Splitter {
  #block = new Uint8Array(BLOCK_BYTES);
  /** Where the current unit (init, or moof + mdat) begins, where its next box begins, and where the bytes end. */
  #unit = 0;
  #next = 0;
  #end = 0;
  #tracks: Track[] | null = null;
  #moof: FragmentTrack[] | null = null;

  constructor(private readonly events: SplitterEvents) {}

  /** Bytes that wait for the rest of their unit. At most two boxes. */
  get buffered() {
    return this.#end - this.#unit;
  }

  /** Throws Mp4Error; the splitter cannot be used after that. */
  push(chunk: Uint8Array) {
    this.#append(chunk);
    while (this.#takeBox());
  }

  #append(chunk: Uint8Array) {
    if (this.#end + chunk.length > this.#block.length) {
      const rest = this.#block.subarray(this.#unit, this.#end);
      const needed = rest.length + chunk.length;
      // A unit that outgrows its block gets twice the room, so that a large unit is not copied with every chunk.
      this.#block = new Uint8Array(Math.max(BLOCK_BYTES, rest.length > BLOCK_BYTES / 2 ? needed * 2 : needed));
      this.#block.set(rest);
      this.#next -= this.#unit;
      this.#end -= this.#unit;
      this.#unit = 0;
    }
    this.#block.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** True when a whole box was there. */
  #takeBox(): boolean {
    const at = this.#next;
    const header = boxHeader(this.#block, at, this.#end);
    if (!header) return false;
    const { type, head, size } = header;
    if (!this.#tracks && at === this.#unit && type !== "ftyp")
      throw new Mp4Error(`not a fragmented MP4: it begins with ${JSON.stringify(type)}`);
    if (this.#tracks && type !== "moof" && type !== "mdat" && !IGNORED.has(type))
      throw new Mp4Error(`a ${JSON.stringify(type)} box between fragments`);
    if (size < head || size > BOX_BYTES_MAX) throw new Mp4Error(`a ${JSON.stringify(type)} box of ${size} bytes`);
    if (this.#end - at < size) return false;
    this.#next = at + size;
    if (!this.#tracks) {
      if (type === "moov") this.#init();
      else if (this.#next - this.#unit > BOX_BYTES_MAX) throw new Mp4Error("no moov box in time");
    } else if (type === "moof") {
      this.#unit = at;
      // Parsed relative to the unit, since positions must hold for the view that is passed on.
      const unit = this.#block.subarray(at, this.#next);
      this.#moof = parseMoof(unit, { start: head, end: size }, this.#tracks);
    } else if (type === "mdat" && this.#moof) this.#fragment(this.#moof);
    else if (!this.#moof) this.#unit = this.#next;
    return true;
  }

  #init() {
    const bytes = this.#block.slice(this.#unit, this.#next);
    this.#tracks = parseInit(bytes);
    this.#unit = this.#next;
    this.events.init(bytes, this.#tracks);
  }

  #fragment(tracks: FragmentTrack[]) {
    const data = this.#block.subarray(this.#unit, this.#next);
    this.#moof = null;
    this.#unit = this.#next;
    this.events.fragment({ data, tracks });
  }
}
