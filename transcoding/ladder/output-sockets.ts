// The unix sockets on which FFmpeg's output arrives, one per rendition. They outlive FFmpeg, which ends when its
// listener is gone.

import { rm } from "node:fs/promises";
import type { Sink } from "../packager/attempt/sinks.ts";

export interface Intake {
  /** Output URL for FFmpeg's command line. */
  url: string;
  /** The writer has disconnected, or has never connected. */
  readonly drained: boolean;
  close(): Promise<void>;
}

/** Accepts one writer and closes any other connection. Calls `onBytes` after each chunk, and `onEnd` when the writer has disconnected. */
export async function listenFor(
  sink: Sink,
  options: { path: string; onBytes(): void; onEnd(): void },
): Promise<Intake> {
  const { path, onBytes, onEnd } = options;
  await rm(path, { force: true });
  let writer: object | null = null;
  let gone = false;
  const listener = Bun.listen({
    unix: path,
    socket: {
      open(socket) {
        if (writer) socket.end();
        else writer = socket;
      },
      data(socket, chunk) {
        if (socket !== writer) return;
        sink.push(chunk);
        onBytes();
      },
      close(socket) {
        if (socket !== writer || gone) return;
        gone = true;
        sink.end();
        onEnd();
      },
    },
  });
  return {
    url: `unix:${path}`,
    get drained() {
      return gone || writer === null;
    },
    async close() {
      listener.stop(true);
      await rm(path, { force: true });
    },
  };
}
