// Sends objects of videos to viewers: from this edge, which reads each of them whole and keeps it for a while, or by an address of the object
// store itself. Whoever reads slowly holds memory, never one of the few connections to the store.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { ObjectMissing, type Objects, ObjectsAway } from "#runtime/objects/objects.ts";
import { MediaCache } from "../live/cache.ts";
import { Collapse, WaitingRequests } from "../live/collapse.ts";
import { CORS, mediaResponse } from "../live/respond.ts";

/** Different objects that are read at once, or wait for a connection to the store. */
const READS_MAX = 512;
/** Requests that wait for them; over it 503 `busy`. */
const WAITING_MAX = 2_000;
/** Of an address that the store signs. Longer than any segment takes. */
const SIGNED_S = 3_600;
/** Caches may keep such an answer while its address holds. */
const SIGNED_CACHED_S = 1_800;

export type DeliveryMode = "edge" | "presigned";

interface DeliveryOptions {
  objects: Pick<Objects, "get" | "signGet">;
  mode: DeliveryMode;
  clock: Pick<Clock, "monoMs">;
  cacheBytesMax: number;
}

interface DeliveredObject {
  key: string;
  contentType: string;
  /** Of the answer. */
  cacheControl: string;
}

export class Delivery {
  readonly #cache: MediaCache;
  readonly #reading = new Collapse<Uint8Array<ArrayBuffer>>(new WaitingRequests(WAITING_MAX), READS_MAX);

  constructor(private readonly options: DeliveryOptions) {
    this.#cache = new MediaCache(options.cacheBytesMax, () => options.clock.monoMs());
  }

  /** Throws Refusal: `not_found`, `unavailable`, `busy`. */
  async answer(request: Request, { key, ...how }: DeliveredObject): Promise<Response> {
    try {
      if (this.options.mode === "presigned") return await this.#redirect(key, how.cacheControl);
      return mediaResponse(request, await this.#bytes(key, request.signal), how);
    } catch (error) {
      if (error instanceof ObjectMissing) throw new Refusal("not_found");
      if (error instanceof ObjectsAway) throw new Refusal("unavailable", "the object store does not answer", 1_000);
      throw error;
    }
  }

  /** The address is known without a request, so that nobody knows yet whether the object is there. */
  async #redirect(key: string, cacheControl: string): Promise<Response> {
    const location = await this.options.objects.signGet(key, { expiresInS: SIGNED_S });
    const scope = cacheControl.startsWith("private") ? "private" : "public";
    const headers = { ...CORS, location, "cache-control": `${scope}, max-age=${SIGNED_CACHED_S}` };
    return new Response(null, { status: 302, headers });
  }

  /** An object is read once, however many ask for it. */
  async #bytes(key: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const kept = this.#cache.get(key);
    if (kept) return kept;
    return this.#reading.join(key, signal, async () => {
      const bytes = Uint8Array.from(await this.options.objects.get(key));
      this.#cache.put(key, key.endsWith(".m4s") ? "segment" : "init", bytes);
      return bytes;
    });
  }
}
