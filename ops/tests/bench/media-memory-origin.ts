// An origin that makes a part of each rendition at a time, for as long as it is asked to; what waits for the part gets it.

import { EPOCH_HEADER, FIRST_HELD_HEADER, HEAD_HEADER, mediaPath } from "#schema/wire/media.ts";

/** Segments in a playlist. */
const LISTED = 10;
/** Segments whose parts are listed; the origin holds no older parts. */
const WITH_PARTS = 3;

interface HourOriginOptions {
  broadcastId: string;
  partMs: number;
  partsPerSegment: number;
  /** Bytes of a part by name. */
  renditions: Record<string, number>;
}

export class HourOrigin {
  /** Parts of each rendition. */
  made: number;
  #waiting: (() => void)[] = [];
  #blocked = 0;
  readonly #noise: Uint8Array;
  readonly #server: ReturnType<typeof Bun.serve>;

  constructor(private readonly options: HourOriginOptions) {
    this.made = LISTED * options.partsPerSegment;
    this.#noise = crypto.getRandomValues(new Uint8Array(65_536));
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      idleTimeout: 60,
      fetch: (request) => this.#answer(new URL(request.url)),
    });
  }

  get url() {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  /** Segment and part that come next. */
  get next() {
    const { partsPerSegment } = this.options;
    return { number: Math.floor(this.made / partsPerSegment), part: this.made % partsPerSegment };
  }

  /** Resolves when at least this many requests for playlists wait. */
  async asked(count: number) {
    while (this.#blocked < count) await Bun.sleep(1);
  }

  make() {
    this.made++;
    for (const go of this.#waiting.splice(0)) go();
  }

  async stop() {
    await this.#server.stop(true);
  }

  async #answer({ pathname, searchParams }: URL): Promise<Response> {
    const { partsPerSegment, renditions } = this.options;
    const [, , , first = "", second = "", third = ""] = pathname.split("/");
    const playlist = /^([a-z0-9]+)\.m3u8$/.exec(first)?.[1];
    if (playlist === "index") return new Response(this.#index(), { headers: { [EPOCH_HEADER]: "1" } });
    if (playlist) {
      const msn = searchParams.get("_HLS_msn");
      if (msn !== null) {
        const part = searchParams.get("_HLS_part") ?? partsPerSegment - 1;
        this.#blocked++;
        await this.#until(Number(msn) * partsPerSegment + Number(part));
        this.#blocked--;
      }
      return this.#playlist(playlist);
    }
    const n = /^p1-1-(\d+)\.m4s$/.exec(second)?.[1];
    if (n) {
      await this.#until(Number(n));
      return new Response(this.#bytes(Number(n), renditions[first]!));
    }
    const number = /^s(\d+)\.m4s$/.exec(third)?.[1];
    if (number) return new Response(this.#bytes(Number(number), renditions[second]! * partsPerSegment));
    return new Response(null, { status: 404 });
  }

  async #until(part: number) {
    while (part >= this.made) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #bytes(seed: number, length: number) {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += this.#noise.length)
      bytes.set(this.#noise.subarray(0, Math.min(this.#noise.length, length - at)), at);
    bytes[0] = seed & 255;
    return bytes;
  }

  #index() {
    const streams = Object.keys(this.options.renditions).map(
      (name) => `#EXT-X-STREAM-INF:BANDWIDTH=1\n${mediaPath.playlist(name)}`,
    );
    return `#EXTM3U\n${streams.join("\n")}\n`;
  }

  #playlist(rendition: string): Response {
    const { partMs, partsPerSegment, broadcastId } = this.options;
    const { number: openNumber, part: openParts } = this.next;
    const [partS, segmentS] = [(partMs / 1_000).toFixed(5), ((partMs * partsPerSegment) / 1_000).toFixed(5)];
    const firstNumber = openNumber - LISTED;
    const lines = [
      "#EXTM3U",
      "#EXT-X-VERSION:9",
      `#EXT-X-TARGETDURATION:${Math.ceil(Number(segmentS))}`,
      `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${3 * Number(partS)},CAN-SKIP-UNTIL=${6 * Number(segmentS)}`,
      `#EXT-X-PART-INF:PART-TARGET=${partS}`,
      `#EXT-X-MEDIA-SEQUENCE:${firstNumber}`,
    ];
    const part = (n: number) =>
      `#EXT-X-PART:DURATION=${partS},URI="${mediaPath.part(rendition, 1, 1, n)}"${n % partsPerSegment === 0 ? ",INDEPENDENT=YES" : ""}`;
    for (let number = firstNumber; number < openNumber; number++) {
      if (number >= openNumber - WITH_PARTS)
        for (let n = 0; n < partsPerSegment; n++) lines.push(part(number * partsPerSegment + n));
      lines.push(`#EXTINF:${segmentS},`, mediaPath.segment(broadcastId, rendition, number));
    }
    for (let n = 0; n < openParts; n++) lines.push(part(openNumber * partsPerSegment + n));
    lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${mediaPath.part(rendition, 1, 1, this.made)}"`);
    const headers = {
      [EPOCH_HEADER]: "1",
      [HEAD_HEADER]: String(openNumber - (openParts > 0 ? 0 : 1)),
      [FIRST_HELD_HEADER]: String(firstNumber),
    };
    return new Response(`${lines.join("\n")}\n`, { headers });
  }
}
