// Reading ISO base media boxes (ISO/IEC 14496-12 §4.2).

/** The bytes are not a valid fragmented MP4. Ends an attempt, never the process. */
export class Mp4Error extends Error {
  override readonly name = "Mp4Error";
}

export const u16 = (b: Uint8Array, at: number) => (b[at]! << 8) | b[at + 1]!;
export const u32 = (b: Uint8Array, at: number) =>
  ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
export const i32 = (b: Uint8Array, at: number) => (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!;
/** Exact up to 2^53. */
export const u64 = (b: Uint8Array, at: number) => u32(b, at) * 4_294_967_296 + u32(b, at + 4);
export const fourCc = (b: Uint8Array, at: number) => String.fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!);

/** Exact between -2^53 and 2^53. */
export const i64 = (b: Uint8Array, at: number) => i32(b, at) * 4_294_967_296 + u32(b, at + 4);

/** Body of a box: `start` is behind its header. */
interface Box {
  type: string;
  start: number;
  end: number;
}

/** Size and type of the box at `at`; null when its header is incomplete. */
export function boxHeader(b: Uint8Array, at: number, end: number): { type: string; head: number; size: number } | null {
  if (end - at < 8) return null;
  const size = u32(b, at);
  if (size !== 1) return { type: fourCc(b, at + 4), head: 8, size };
  if (end - at < 16) return null;
  return { type: fourCc(b, at + 4), head: 16, size: u64(b, at + 8) };
}

/** The boxes between `start` and `end`, in order. Throws Mp4Error where one does not fit. */
export function* boxes(b: Uint8Array, start: number, end: number): Generator<Box> {
  for (let at = start; at < end; ) {
    const header = boxHeader(b, at, end);
    if (!header || header.size < header.head || at + header.size > end)
      throw new Mp4Error(`a box does not fit at byte ${at}`);
    yield { type: header.type, start: at + header.head, end: at + header.size };
    at += header.size;
  }
}

/** The first box under that path of types. */
export function findBox(b: Uint8Array, within: { start: number; end: number }, ...path: string[]): Box | undefined {
  let found: Box | undefined;
  for (const type of path) {
    const { start, end } = found ?? within;
    found = undefined;
    for (const box of boxes(b, start, end))
      if (box.type === type) {
        found = box;
        break;
      }
    if (!found) return undefined;
  }
  return found;
}

/** As findBox; throws Mp4Error when it is missing or shorter than `bytes`. */
export function needBox(
  b: Uint8Array,
  within: { start: number; end: number },
  path: string[],
  { bytes }: { bytes: number },
): Box {
  const box = findBox(b, within, ...path);
  if (!box || box.end - box.start < bytes) throw new Mp4Error(`no valid ${path.join("/")} box`);
  return box;
}
