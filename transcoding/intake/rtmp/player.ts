// The player's side of an RTMP connection, without the connection: bytes in, messages and bytes out.
//
//   client.ts: connect ─► createStream ─► play ─► messages …

import { be32, concat } from "../../bytes.ts";
import type { RtmpAddress } from "./address.ts";
import type { AmfValue } from "./amf.ts";
import { CONNECT_ID, RtmpClient, statusIn, streamIdOf } from "./client.ts";
import type { RtmpMessage } from "./message.ts";

const BUFFER_MS = 100;
/** `play` begins at: live only. -2 would look for a file too. */
const LIVE_ONLY = -1;
const [CREATE_STREAM_ID, PLAY_ID] = [2, 3];
const SET_BUFFER_LENGTH = 3;

export interface PlayerOptions {
  address: Pick<RtmpAddress, "app" | "stream" | "tcUrl">;
  /** 1 528 random bytes of the handshake. */
  randomBytes: Uint8Array;
  send(bytes: Uint8Array): void;
  /** Audio, video and data. */
  onMessage(message: RtmpMessage): void;
  /** `code` as NetStream.Play.Start; `failed`: the server refused a command. */
  onStatus(status: { code: string; description: string; failed: boolean }): void;
}

export function rtmpPlayer({ address, onStatus, ...options }: PlayerOptions): RtmpClient {
  const { app, tcUrl, stream: name } = address;
  const client: RtmpClient = new RtmpClient({
    ...options,
    connect: { app, flashVer: "LNX 9,0,124,2", tcUrl, fpad: false, audioCodecs: 3191, videoCodecs: 252 },
    onCommand: answer,
  });
  return client;

  function answer([verb, id, , info]: AmfValue[]) {
    if (verb === "_result" && id === CONNECT_ID) client.command(0, "createStream", CREATE_STREAM_ID, null);
    else if (verb === "_result" && id === CREATE_STREAM_ID) play(streamIdOf(info));
    else if (verb === "onStatus" || verb === "_error") {
      const { code, description } = statusIn(info);
      onStatus({ code, description, failed: verb === "_error" });
    }
  }

  function play(stream: number) {
    client.control(SET_BUFFER_LENGTH, concat(be32(stream), be32(BUFFER_MS)));
    client.command(stream, "play", PLAY_ID, null, name, LIVE_ONLY);
  }
}
