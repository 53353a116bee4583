// A chat room for bots: joins, reconnects and resumes, and sends each line once. Contract §4.

import type { ServerFrame } from "#schema/wire/socket.ts";
import type { Line } from "./api.ts";
import { afterSpread } from "./backoff.ts";

export interface RoomOptions {
  /** Origin of the site: `https://host`. */
  origin: string;
  /** Login or id. */
  channel: string;
  /** Without a token the room is read-only. A personal access token needs `chat:read`, and `chat:write` to send lines. */
  token?: string;
  /** Called once for each entry, in order, beginning with the entries that were there before. */
  onEntry?: (entry: Line) => void;
  /** These accounts were deleted: forget their lines. May be called more than once for the same account. */
  onErased?: (userIds: string[]) => void;
}

export interface Room {
  /** Resolves once the line is stored. Rejects with the refusal's code, or `closed`. */
  say(body: string): Promise<{ id: string; seq: number }>;
  close(): void;
}

/** A lost connection is opened again after between half of this and all of it. */
const RECONNECT_WITHIN_MS = 2_000;
/** Close codes from here on forbid reconnecting. */
const FINAL_CLOSE_CODE_MIN = 4_500;

/** A line that was sent and is not answered yet. */
interface PendingLine {
  body: string;
  done(stored: { id: string; seq: number }): void;
  failed(error: Error): void;
}

/** Resolves when the room sends `welcome`. Rejects when the connection closes before. */
export function joinRoom({ origin, channel, token, onEntry, onErased }: RoomOptions): Promise<Room> {
  const url = `${origin.replace(/^http/, "ws")}/api/v1/channels/${encodeURIComponent(channel)}/chat`;
  const pending = new Map<string, PendingLine>();
  let socket: WebSocket;
  let seq: number | null = null;
  let isClosed = false;

  return new Promise((resolve, reject) => {
    const room: Room = {
      say: (body) =>
        new Promise((done, failed) => {
          if (isClosed) return failed(new Error("closed"));
          const nonce = crypto.randomUUID();
          pending.set(nonce, { body, done, failed });
          send({ type: "say", nonce, body });
        }),
      close: () => end("closed"),
    };
    open();

    function open() {
      socket = new WebSocket(url);
      socket.onopen = () =>
        send({ type: "hello", ...(token ? { token } : {}), ...(seq === null ? {} : { resume: { seq } }) });
      socket.onmessage = ({ data }) => receive(JSON.parse(String(data)) as ServerFrame);
      socket.onclose = ({ code }) => {
        if (isClosed) return;
        if (code >= FINAL_CLOSE_CODE_MIN || seq === null) return end(`the room closed with ${code}`);
        afterSpread(RECONNECT_WITHIN_MS, open);
      };
    }

    function receive(frame: ServerFrame) {
      if (frame.type === "welcome") {
        // A lower seq than ours: the room was restored from a backup, so all its entries are new to us.
        if (!frame.resumed && frame.seq < (seq ?? 0)) seq = 0;
        show(frame.entries);
        if (!frame.resumed) seq = frame.seq;
        resolve(room);
        // Sending a nonce again is safe: the room stores it once.
        for (const [nonce, { body }] of pending) send({ type: "say", nonce, body });
      } else if (frame.type === "entries") show(frame.entries);
      else if (frame.type === "erased") onErased?.(frame.userIds);
      else if (frame.type === "said") settle(frame.nonce, (line) => line.done({ id: frame.id, seq: frame.seq }));
      else if (frame.type === "refused" && frame.nonce)
        settle(frame.nonce, (line) => line.failed(new Error(frame.code)));
    }

    function show(entries: readonly Line[]) {
      for (const entry of entries) {
        if (entry.seq <= (seq ?? 0)) continue;
        seq = entry.seq;
        onEntry?.(entry);
      }
    }

    function settle(nonce: string, how: (line: PendingLine) => void) {
      const line = pending.get(nonce);
      pending.delete(nonce);
      if (line) how(line);
    }

    function send(frame: object) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    }

    function end(reason: string) {
      isClosed = true;
      socket.close();
      for (const { failed } of pending.values()) failed(new Error(reason));
      pending.clear();
      reject(new Error(reason));
    }
  });
}
