// A rendition as it is made, as an endless body for an edge: see schema/wire/live-stream.ts.

import { type Clock, every } from "#runtime/base/clock.ts";
import { type LiveHead, type LiveRecord, RECORD, RECORD_BYTES_MAX, recordsFrame } from "#schema/wire/live-stream.ts";
import type { LiveFeed, LiveInit } from "./packager/serving/live-feed.ts";

/** An edge that has this much to read is too slow, and its stream ends: it begins again at a keyframe. */
const UNREAD_BYTES_MAX = 32 * 1024 * 1024;
/** A stream says something this often, so that both ends notice a lost connection. */
const ALIVE_MS = 2_000;

interface LiveStreamOptions {
  clock: Clock;
  feed: LiveFeed;
  broadcastId: string;
  epoch: number;
  rendition: string;
}

export function liveStream({ clock, feed, broadcastId, epoch, rendition }: LiveStreamOptions): Response {
  let stop = () => {};
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        let ended = false;
        const end = () => {
          if (ended) return;
          ended = true;
          stop();
          controller.close();
        };
        const send = (record: LiveRecord) => {
          if (ended || record.bytes.length > RECORD_BYTES_MAX) return;
          controller.enqueue(recordsFrame([record]));
          if ((controller.desiredSize ?? 0) <= -UNREAD_BYTES_MAX) end();
        };
        const whole = (kind: number, bytes: Uint8Array): LiveRecord => ({
          kind,
          key: false,
          part: 0,
          number: 0,
          bytes,
        });
        const say = (head: LiveHead | null) =>
          send(whole(RECORD.head, new TextEncoder().encode(head ? JSON.stringify(head) : "")));
        const stopAlive = every(clock, ALIVE_MS, () => say(null));
        let stopReading = () => {};
        stop = () => {
          ended = true;
          stopAlive();
          stopReading();
        };
        stopReading = feed.read({
          begin(init, clockMs) {
            say(headOf(init, { broadcastId, epoch, rendition, clockMs }));
            send(whole(RECORD.init, init.bytes));
          },
          fragment({ number, part, key, data }) {
            send({ kind: RECORD.fragment, key, part, number, bytes: data });
          },
          end,
        });
      },
      cancel() {
        stop();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
  return new Response(body, { headers: { "content-type": "application/octet-stream" } });
}

function headOf(
  { tracks }: LiveInit,
  about: Pick<LiveHead, "broadcastId" | "epoch" | "rendition" | "clockMs">,
): LiveHead {
  const picture = tracks.find(({ kind }) => kind === "video");
  const codecs = tracks.map(({ codec }) => codec).join();
  return { type: "head", ...about, codecs, width: picture?.width ?? 0, height: picture?.height ?? 0 };
}
