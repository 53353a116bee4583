// One connection to `live.ws`: parses what comes, and says when it has ended. It does not connect again.

import {
  LIVE_PROTOCOL,
  type LiveFrame,
  type LivePlace,
  type LiveRecord,
  type LiveRequest,
  livePlaceText,
  RecordReader,
} from "#schema/wire/live-stream.ts";

export interface LiveSocketEvents {
  frame(frame: LiveFrame): void;
  record(record: LiveRecord): void;
  /** Once, not after `close`. 1006: refused, or lost. */
  closed(code: number): void;
}

const NORMAL = 1000;
/** The server sent what is not in the protocol. */
const UNREADABLE = 1006;

export class LiveSocket {
  private readonly socket: WebSocket;
  private isOver = false;

  constructor(
    address: string,
    private readonly events: LiveSocketEvents,
  ) {
    this.socket = new WebSocket(address, LIVE_PROTOCOL);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!this.isOver) this.heard(data);
    };
    this.socket.onclose = ({ code }) => this.end(code);
  }

  /** Does nothing before the connection is open, and after its end. */
  send(request: LiveRequest) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(request));
  }

  /** May be called twice. */
  close() {
    this.isOver = true;
    this.socket.close(NORMAL);
  }

  private heard(data: unknown) {
    try {
      if (typeof data === "string") return this.events.frame(JSON.parse(data) as LiveFrame);
      // A frame has whole records.
      for (const record of new RecordReader().push(new Uint8Array(data as ArrayBuffer))) this.events.record(record);
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      this.socket.close(NORMAL);
      this.end(UNREADABLE);
    }
  }

  private end(code: number) {
    if (this.isOver) return;
    this.isOver = true;
    this.events.closed(code);
  }
}

/**
 * Beside the multivariant playlist, with its token and its viewer's name. `base`: what a relative URL is below. `rendition`: what it begins
 * with; null: the best. `after`: what the viewer has already; null: nothing.
 */
export function liveSocketAddress(
  playlistUrl: string,
  { base, rendition = null, after = null }: { base: string; rendition?: string | null; after?: LivePlace | null },
): string {
  const playlist = new URL(playlistUrl, base);
  const address = new URL("live.ws", playlist);
  address.search = playlist.search;
  if (rendition !== null) address.searchParams.set("rendition", rendition);
  if (after !== null) address.searchParams.set("after", livePlaceText(after));
  address.protocol = playlist.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}
