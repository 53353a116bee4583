// An MP4 as a tree of boxes, to be changed and written again.

import { mp4Box, mp4Boxes } from "./ingredients.ts";

export interface Mp4Node {
  type: string;
  /** Of a container: its boxes. */
  inner: Mp4Node[];
  /** Of any other box, behind its size and type. */
  body: Uint8Array;
}

const CONTAINERS = new Set(["moov", "trak", "mdia", "minf", "stbl", "edts", "moof", "traf", "mvex"]);

export const mp4Tree = (bytes: Uint8Array): Mp4Node[] =>
  mp4Boxes(bytes).map(({ type, at, bytes: length }) => {
    const body = bytes.slice(at + 8, at + length);
    return CONTAINERS.has(type) ? mp4Node(type, mp4Tree(body)) : mp4Node(type, body);
  });

export const mp4Node = (type: string, content: Mp4Node[] | Uint8Array): Mp4Node =>
  content instanceof Uint8Array ? { type, inner: [], body: content } : { type, inner: content, body: zeros(0) };

export const mp4Bytes = (nodes: readonly Mp4Node[]): Uint8Array =>
  Buffer.concat(nodes.map(({ type, inner, body }) => mp4Box(type, inner.length > 0 ? mp4Bytes(inner) : body)));

/** All boxes of this type, however deep. */
export const all = (nodes: readonly Mp4Node[], type: string): Mp4Node[] =>
  nodes.flatMap((node) => [...(node.type === type ? [node] : []), ...all(node.inner, type)]);

export const viewOf = ({ body }: Mp4Node) => new DataView(body.buffer, body.byteOffset, body.byteLength);

export const zeros = (length: number) => new Uint8Array(length);

export function u32(value: number): Uint8Array {
  const bytes = zeros(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export function u16(value: number): Uint8Array {
  const bytes = zeros(2);
  new DataView(bytes.buffer).setUint16(0, value);
  return bytes;
}

export function u64(value: number): Uint8Array {
  const bytes = zeros(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
