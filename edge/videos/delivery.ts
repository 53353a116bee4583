// Sends objects of videos to viewers: through this edge, read as slowly as they are taken, or by an address of the object store itself.

import { Refusal } from "#runtime/actor/actor.ts";
import { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import { type ByteRange, type ObjectBody, ObjectMissing, type Objects, ObjectsAway } from "#runtime/objects/objects.ts";
import { CORS, rangeOf } from "../live/respond.ts";

/** Objects that are read at once: `fetch` carries 256 requests of the whole process. */
const READ_MAX = 128;
/** Requests that wait for their turn; over it 503 `busy`. */
const WAITING_MAX = 2_000;
/** Of an address that the store signs. Longer than any segment takes. */
const SIGNED_S = 3_600;
/** Caches may keep such an answer while its address holds. */
const SIGNED_CACHED_S = 1_800;

export type DeliveryMode = "edge" | "presigned";

interface DeliveredObject {
  key: string;
  contentType: string;
  /** Of the answer. */
  cacheControl: string;
}

export class Delivery {
  readonly #turns = new KeyedSemaphore({
    concurrentMax: READ_MAX,
    waitingMax: WAITING_MAX,
    full: () => new Refusal("busy", "too many videos are read at once", 1_000),
  });

  constructor(private readonly options: { objects: Pick<Objects, "open" | "look" | "signGet">; mode: DeliveryMode }) {}

  /** Throws Refusal: `not_found`, `unavailable`, `busy`. */
  async answer(request: Request, object: DeliveredObject): Promise<Response> {
    try {
      return this.options.mode === "presigned" ? await this.#redirect(object) : await this.#send(request, object);
    } catch (error) {
      if (error instanceof ObjectMissing) throw new Refusal("not_found");
      if (error instanceof ObjectsAway) throw new Refusal("unavailable", "the object store does not answer", 1_000);
      throw error;
    }
  }

  /** The address is known without a request, so that nobody knows yet whether the object is there. */
  async #redirect({ key, cacheControl }: DeliveredObject): Promise<Response> {
    const location = await this.options.objects.signGet(key, { expiresInS: SIGNED_S });
    const scope = cacheControl.startsWith("private") ? "private" : "public";
    const headers = { ...CORS, location, "cache-control": `${scope}, max-age=${SIGNED_CACHED_S}` };
    return new Response(null, { status: 302, headers });
  }

  async #send(request: Request, { key, contentType, cacheControl }: DeliveredObject): Promise<Response> {
    const headers = { ...CORS, "content-type": contentType, "cache-control": cacheControl, "accept-ranges": "bytes" };
    const isHead = request.method === "HEAD";
    // RFC 9110 §14.2: ranges are for GET alone; our answers have no validator for If-Range.
    const wanted = isHead || request.headers.has("if-range") ? null : request.headers.get("range");
    if (!isHead && wanted === null) {
      const body = await this.#open(key);
      return new Response(body.stream, { headers: { ...headers, "content-length": String(body.bytes) } });
    }
    const found = await this.options.objects.look(key);
    if (!found) throw new ObjectMissing(key);
    const range = wanted === null ? null : rangeOf(wanted, found.bytes);
    if (isHead) return new Response(null, { headers: { ...headers, "content-length": String(found.bytes) } });
    if (range === "outside") {
      const refused = { ...headers, "cache-control": "no-store", "content-range": `bytes */${found.bytes}` };
      return new Response(null, { status: 416, headers: refused });
    }
    const body = await this.#open(key, range ?? undefined);
    const length = { ...headers, "content-length": String(body.bytes) };
    if (range === null) return new Response(body.stream, { headers: length });
    const place = { ...length, "content-range": `bytes ${range.from}-${range.to}/${found.bytes}` };
    return new Response(body.stream, { status: 206, headers: place });
  }

  /** Holds its turn until the body was read, or its reader has gone. */
  #open(key: string, range?: ByteRange): Promise<Pick<ObjectBody, "stream" | "bytes">> {
    const opened = Promise.withResolvers<Pick<ObjectBody, "stream" | "bytes">>();
    const turn = this.#turns.run("", async () => {
      const { stream, bytes } = await this.options.objects.open(key, range);
      const over = Promise.withResolvers<void>();
      opened.resolve({ stream: withEnd(stream, over.resolve), bytes });
      await over.promise;
    });
    turn.catch(opened.reject);
    return opened.promise;
  }
}

/** The same stream; calls `onEnd` when it is over, in whatever way. */
function withEnd(stream: ReadableStream<Uint8Array>, onEnd: () => void): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          onEnd();
          controller.close();
        } catch (error) {
          onEnd();
          controller.error(error);
        }
      },
      async cancel(why) {
        onEnd();
        await reader.cancel(why).catch(() => {}); // The store has broken off.
      },
    },
    { highWaterMark: 0 },
  );
}
