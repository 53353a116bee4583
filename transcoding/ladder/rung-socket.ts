// The unix socket on which FFmpeg's output of one rung arrives. It outlives FFmpeg, which ends when its listener is gone.

import { rmSync } from "node:fs";

/** Where the bytes of one run of FFmpeg go. */
export interface RungSink {
  /** Never throws. The bytes are the sink's. */
  push(bytes: Uint8Array): void;
  /** No more bytes will come. */
  end(): void;
}

export interface RungSocket {
  /** Output URL for FFmpeg's command line. */
  url: string;
  /** The writer has disconnected, or has never connected. */
  readonly drained: boolean;
  close(): void;
}

/** Accepts one writer and closes any other connection. `path`: at most 107 bytes. Calls `onEnd` when the writer has disconnected.
 *  Throws when the socket cannot be made. */
export function listenForRung(sink: RungSink, { path, onEnd }: { path: string; onEnd(): void }): RungSocket {
  rmSync(path, { force: true });
  let writer: object | null = null;
  let gone = false;
  const end = () => {
    if (gone) return;
    gone = true;
    sink.end();
    onEnd();
  };
  const listener = Bun.listen({
    unix: path,
    socket: {
      open(socket) {
        if (writer) socket.end();
        else writer = socket;
      },
      data(socket, chunk) {
        if (socket === writer && !gone) sink.push(chunk);
      },
      close(socket) {
        if (socket === writer) end();
      },
    },
  });
  return {
    url: `unix:${path}`,
    get drained() {
      return gone || writer === null;
    },
    close() {
      listener.stop(true);
      rmSync(path, { force: true });
      end();
    },
  };
}
