// The publisher's side of an RTMP connection, without the connection, as encoders speak it.
//
//   client.ts: connect ─► releaseStream, FCPublish, createStream ─► publish ─► metadata, headers, media … ─► FCUnpublish, deleteStream

import { be32, concat } from "../bytes.ts";
import { type AmfValue, writeAmf, writeEcmaArray } from "../intake/rtmp/amf.ts";
import { chunksOf } from "../intake/rtmp/chunk-writer.ts";
import { CONNECT_ID, RtmpClient, statusIn, streamIdOf } from "../intake/rtmp/client.ts";
import { MESSAGE } from "../intake/rtmp/message.ts";

/** As OBS has it. */
const CHUNK_BYTES = 4_096;
const [RELEASE_ID, FC_PUBLISH_ID, CREATE_STREAM_ID, PUBLISH_ID, FC_UNPUBLISH_ID, DELETE_STREAM_ID] = [2, 3, 4, 5, 6, 7];
/** Of chunks: each kind of message has its own. */
const CHUNK_STREAMS: Record<8 | 9 | 18, number> = { 8: 4, 9: 6, 18: 5 };

export interface PublisherOptions {
  address: {
    app: string;
    tcUrl: string;
    /** A secret: never reported. */
    streamKey: string;
  };
  /** How we name ourselves: `flashVer` of `connect`. */
  encoder: string;
  /** 1 528 random bytes of the handshake. */
  randomBytes: Uint8Array;
  send(bytes: Uint8Array): void;
  /** The server takes the stream. Called once. */
  onStart(): void;
  /** The key was sent. */
  onAsked(): void;
  /** The server refused a command, or ended the stream. What it says may have the key in it, and is not passed on. */
  onRefused(): void;
}

export interface Publisher {
  readonly client: RtmpClient;
  /** Before the media, and again when they change. */
  metadata(values: { readonly [name: string]: AmfValue }): void;
  /** The body of an FLV tag: sound (8) or picture (9). Not before `onStart`. */
  media(type: 8 | 9, atMs: number, body: Uint8Array): void;
  /** Says goodbye. The connection is still to be closed. */
  end(): void;
}

export function rtmpPublisher(options: PublisherOptions): Publisher {
  const { address, encoder, send, onStart, onAsked, onRefused } = options;
  const { app, tcUrl, streamKey } = address;
  let stream: number | null = null;
  let started = false;
  const client: RtmpClient = new RtmpClient({
    ...options,
    connect: { app, type: "nonprivate", flashVer: encoder, swfUrl: tcUrl, tcUrl },
    onMessage: () => {}, // A server has none for a publisher.
    onCommand: answer,
  });
  const message = (type: 8 | 9 | 18, atMs: number, body: Uint8Array) =>
    send(chunksOf({ chunkStream: CHUNK_STREAMS[type], type, stream: stream ?? 0, timestamp: atMs, body }, CHUNK_BYTES));

  return {
    client,
    metadata: (values) =>
      message(18, 0, concat(writeAmf("@setDataFrame"), writeAmf("onMetaData"), writeEcmaArray(values))),
    media: message,
    end() {
      if (stream === null) return;
      client.command(0, "FCUnpublish", FC_UNPUBLISH_ID, null, streamKey);
      client.command(0, "deleteStream", DELETE_STREAM_ID, null, stream);
    },
  };

  function answer([verb, id, , info]: AmfValue[]) {
    if (verb === "_result" && id === CONNECT_ID) connected();
    else if (verb === "_result" && id === CREATE_STREAM_ID) publish(streamIdOf(info));
    else if (verb === "onStatus") status(statusIn(info));
    // Many servers do not know these two commands of Adobe's own, which is no harm.
    else if (verb === "_error" && id !== RELEASE_ID && id !== FC_PUBLISH_ID) onRefused();
  }

  function connected() {
    send(chunksOf({ chunkStream: 2, type: MESSAGE.setChunkSize, stream: 0, body: be32(CHUNK_BYTES) }));
    client.chunkBytes = CHUNK_BYTES;
    client.command(0, "releaseStream", RELEASE_ID, null, streamKey);
    client.command(0, "FCPublish", FC_PUBLISH_ID, null, streamKey);
    client.command(0, "createStream", CREATE_STREAM_ID, null);
  }

  function publish(id: number) {
    stream = id;
    client.command(id, "publish", PUBLISH_ID, null, streamKey, "live");
    onAsked();
  }

  function status({ level, code }: { level: string; code: string }) {
    if (code === "NetStream.Publish.Start" && !started) {
      started = true;
      onStart();
    } else if (level === "error" || /BadName|Denied|Rejected|Failed|Unpublish/.test(code)) onRefused();
  }
}
