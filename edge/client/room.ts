// A room's chat for bots: joins, comes back by itself where it left off, says lines once. Contract §4.

import type { ServerFrame } from "#schema/wire/socket.ts";
import type { Line } from "./api.ts";
import { afterSpread } from "./backoff.ts";

export interface RoomOptions {
  /** Of the site: `https://host`. */
  origin: string;
  /** Login or id. */
  channel: string;
  /** Without one: read only. A personal access token needs `chat:read`, and `chat:write` to say something. */
  token?: string;
  /** Called for each entry, in order, none twice; first for those that were there. */
  onEntry?: (entry: Line) => void;
  /** These people's accounts are deleted: forget what they said. May come again for the same. */
  onErased?: (userIds: string[]) => void;
}

export interface Room {
  /** Resolves with the line's place once it is stored. Rejects with the code of the refusal, or `closed`. */
  say(body: string): Promise<{ id: string; seq: number }>;
  close(): void;
}

/** A connection that is lost comes back after half of this at least. */
const BACK_WITHIN_MS = 2_000;
const STAY_AWAY_FROM = 4_500;

interface Saying {
  body: string;
  done(place: { id: string; seq: number }): void;
  failed(error: Error): void;
}

/** Resolves when the room has welcomed us. Rejects when it will not have us. */
export function joinRoom({ origin, channel, token, onEntry, onErased }: RoomOptions): Promise<Room> {
  const url = `${origin.replace(/^http/, "ws")}/api/v1/channels/${encodeURIComponent(channel)}/chat`;
  const saying = new Map<string, Saying>();
  let socket: WebSocket;
  let seq: number | null = null;
  let isClosed = false;

  return new Promise((resolve, reject) => {
    const room: Room = {
      say: (body) =>
        new Promise((done, failed) => {
          if (isClosed) return failed(new Error("closed"));
          const nonce = crypto.randomUUID();
          saying.set(nonce, { body, done, failed });
          send({ type: "say", nonce, body });
        }),
      close: () => end("closed"),
    };
    open();

    function open() {
      socket = new WebSocket(url);
      socket.onopen = () =>
        send({ type: "hello", ...(token ? { token } : {}), ...(seq === null ? {} : { resume: { seq } }) });
      socket.onmessage = ({ data }) => heard(JSON.parse(String(data)) as ServerFrame);
      socket.onclose = ({ code }) => {
        if (isClosed) return;
        if (code >= STAY_AWAY_FROM || seq === null) return end(`the room closed with ${code}`);
        afterSpread(BACK_WITHIN_MS, open);
      };
    }

    function heard(frame: ServerFrame) {
      if (frame.type === "welcome") {
        // A room that counts again from below was restored: what it has is new.
        if (!frame.resumed && frame.seq < (seq ?? 0)) seq = 0;
        show(frame.entries);
        if (!frame.resumed) seq = frame.seq;
        resolve(room);
        // A nonce is said once, however often it is sent.
        for (const [nonce, { body }] of saying) send({ type: "say", nonce, body });
      } else if (frame.type === "entries") show(frame.entries);
      else if (frame.type === "erased") onErased?.(frame.userIds);
      else if (frame.type === "said") settle(frame.nonce, (one) => one.done({ id: frame.id, seq: frame.seq }));
      else if (frame.type === "refused" && frame.nonce) settle(frame.nonce, (one) => one.failed(new Error(frame.code)));
    }

    function show(entries: readonly Line[]) {
      for (const entry of entries) {
        if (entry.seq <= (seq ?? 0)) continue;
        seq = entry.seq;
        onEntry?.(entry);
      }
    }

    function settle(nonce: string, how: (one: Saying) => void) {
      const one = saying.get(nonce);
      saying.delete(nonce);
      if (one) how(one);
    }

    function send(frame: object) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    }

    function end(why: string) {
      isClosed = true;
      socket.close();
      for (const { failed } of saying.values()) failed(new Error(why));
      saying.clear();
      reject(new Error(why));
    }
  });
}
