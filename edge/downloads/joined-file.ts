// A file that exists nowhere: pieces whose sizes are known before any of them is read. Any range of it is answered by reading the pieces in it,
// one after the other and only as fast as they are taken, so that an edge holds one or two pieces of each download.

import { CORS, rangeOf } from "../live/respond.ts";

export interface Piece {
  bytes: number;
  /** As many bytes; the same ones each time. */
  read(): Promise<Uint8Array>;
}

export interface JoinedFile {
  pieces: readonly Piece[];
  bytes: number;
  /** RFC 9110 §8.8.3, strong: names these bytes. */
  etag: string;
}

/** `identity`: what the bytes depend on. */
export function joinedFile(pieces: readonly Piece[], identity: string): JoinedFile {
  const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  return { pieces, bytes, etag: `"${Bun.hash(`${identity} ${bytes}`).toString(36)}"` };
}

/** 200, 206 or 416. `onEnd` is called once, when the last byte was taken or nobody wants more. */
export function fileResponse(
  request: Request,
  { pieces, bytes, etag }: JoinedFile,
  { headers: own, onEnd }: { headers: Record<string, string>; onEnd(): void },
): Response {
  const headers = { ...CORS, ...own, "content-type": "video/mp4", "accept-ranges": "bytes", etag };
  const condition = request.headers.get("if-range");
  const wanted =
    request.method === "HEAD" || (condition !== null && condition !== etag) ? null : request.headers.get("range");
  const range = wanted === null ? null : rangeOf(wanted, bytes);
  if (range === "outside") {
    onEnd();
    const refused = { ...headers, "cache-control": "no-store", "content-range": `bytes */${bytes}` };
    return new Response(null, { status: 416, headers: refused });
  }
  const { from, to } = range ?? { from: 0, to: bytes - 1 };
  const sized = { ...headers, "content-length": String(to - from + 1) };
  if (request.method === "HEAD") {
    onEnd();
    return new Response(null, { headers: sized });
  }
  const body = bodyOf(pieces, { from, to, onEnd });
  if (range === null) return new Response(body, { headers: sized });
  return new Response(body, {
    status: 206,
    headers: { ...sized, "content-range": `bytes ${from}-${to}/${bytes}` },
  });
}

function bodyOf(
  pieces: readonly Piece[],
  { from, to, onEnd }: { from: number; to: number; onEnd(): void },
): ReadableStream<Uint8Array> {
  let [next, at] = [0, 0];
  while (next < pieces.length && at + pieces[next]!.bytes <= from) at += pieces[next++]!.bytes;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = pieces[next++];
        if (!piece || at > to) {
          onEnd();
          return controller.close();
        }
        try {
          const bytes = await piece.read();
          // The head of the answer has promised the length: a file that breaks off is better than one that is wrong.
          if (bytes.length !== piece.bytes)
            throw new Error(`a piece of ${bytes.length} bytes instead of ${piece.bytes}`);
          controller.enqueue(bytes.subarray(Math.max(0, from - at), Math.min(bytes.length, to + 1 - at)));
          at += bytes.length;
        } catch (error) {
          onEnd();
          controller.error(error);
        }
      },
      cancel: onEnd,
    },
    { highWaterMark: 0 },
  );
}
