// The body of an S3 answer as a stream: read as slowly as its reader, cancelled with it, and neither of them may stand still for long.

import type { Readable } from "node:stream";
import type { Clock } from "../base/clock.ts";
import { within } from "../base/clock.ts";
import { ObjectsAway } from "./objects.ts";
import { objectError } from "./s3-errors.ts";

/** The longest pause of a server while somebody reads. */
const SERVER_IDLE_MS = 15_000;
/** The longest pause of a reader. It holds a connection, of which there are few. */
const READER_IDLE_MS = 60_000;

interface Body {
  stream: ReadableStream<Uint8Array>;
  /** Resolves when the connection is free again. */
  ended: Promise<void>;
}

/** `bytes`: a body that ends earlier is an error. */
export function bodyStream(body: Readable, { bytes, clock }: { bytes: number; clock: Clock }): Body {
  const ended = Promise.withResolvers<void>();
  const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  let left = bytes;
  let stopWaiting = () => {};
  const end = () => {
    stopWaiting();
    body.destroy();
    ended.resolve();
  };
  const awaitReader = (fail: (error: Error) => void) => {
    stopWaiting = clock.timer(READER_IDLE_MS, () => {
      fail(new ObjectsAway("nobody read the body"));
      end();
    });
  };
  const late = () => new ObjectsAway(`the body stood still for ${SERVER_IDLE_MS} ms`);
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (controller) => awaitReader((error) => controller.error(error)),
      async pull(controller) {
        stopWaiting();
        try {
          const { done, value } = await within(clock, SERVER_IDLE_MS, chunks.next(), late);
          if (done) {
            if (left > 0) throw new ObjectsAway("the body broke off");
            end();
            controller.close();
            return;
          }
          left -= value.length;
          controller.enqueue(value);
          awaitReader((error) => controller.error(error));
        } catch (error) {
          end();
          throw objectError(error);
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
  return { stream, ended: ended.promise };
}
