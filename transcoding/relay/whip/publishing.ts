// A publisher's pictures and sound as a source, published to nginx-rtmp: there it is an encoder as any other.
//
//   the first keyframe ──► connects ──nginx takes the one-time name──► from the next keyframe on

import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import { createVet } from "#runtime/outbound/vet.ts";
import { parseTargetUrl, type TargetFault } from "#schema/wire/targets.ts";
import { parseAsc } from "../../intake/flv/aac-config.ts";
import { aacBody } from "../../intake/flv/flv-file.ts";
import { type SourceInit, sourceInit } from "../../intake/source.ts";
import { type Forward, startForward } from "../../restream/forward.ts";
import type { AvcPicture } from "./avc-pictures.ts";
import { AAC_ASC } from "./opus-to-aac.ts";

/** Where a session is published to, as an edge says it. */
export interface PublishTo {
  /** `rtmp://host:port/app`, inside our own network. */
  url: string;
  app: string;
  /** The stream's name, which nginx takes once. A secret. */
  name: string;
}

interface PublishingOptions {
  clock: Clock;
  random: Random;
  to: PublishTo;
  /** The publisher sends sound. */
  hasSound: boolean;
  /** nginx takes the stream, from the next keyframe on. */
  onUp(): void;
  /** nginx is away, refused the name, or has ended the stream: another publisher took its place, or somebody stopped it. Once. */
  onEnd(why: TargetFault): void;
}

/** How nginx and the streamer's page know it. */
const ENCODER = "WHIP";
/** What an edge names is ours, and most of it is not public. */
const ANY_NETWORK = ["0.0.0.0/0", "::/0"];
const COMPOSITION_AT = 2;

export class Publishing {
  readonly #forward: Forward;
  #init: SourceInit | null = null;
  #pictureMs = 0;

  /** Throws TypeError for an address that is none. */
  constructor(private readonly options: PublishingOptions) {
    const { clock, random, to, onUp, onEnd } = options;
    const address = parseTargetUrl(addressOf(to));
    if (!address) throw new TypeError("not an RTMP address");
    this.#forward = startForward({
      ...{ clock, random, address, encoder: ENCODER, streamKey: to.name, onUp, onEnd },
      vet: createVet({ clock, networks: ANY_NETWORK }),
      init: () => this.#init,
    });
  }

  /** Pictures that nginx did not get because it was behind. */
  get droppedFrames() {
    return this.#forward.droppedFrames;
  }

  /** Pictures in the order of decoding. `atMs`: when it is shown. */
  picture({ body, key, config }: AvcPicture, atMs: number) {
    const decodeMs = Math.max(this.#pictureMs, Math.round(atMs));
    this.#pictureMs = decodeMs;
    if (config) {
      this.#init = sourceInit(config, parseAsc(AAC_ASC), { silent: !this.options.hasSound });
      const { video } = this.#init.headers;
      this.#forward.tag({ type: 9, atMs: decodeMs, body: video, header: true, key: false });
    }
    // Browsers send no pictures out of order. Who does is shown a little late rather than never.
    const offsetMs = Math.round(atMs) - decodeMs;
    body.set([(offsetMs >> 16) & 255, (offsetMs >> 8) & 255, offsetMs & 255], COMPOSITION_AT);
    this.#forward.tag({ type: 9, atMs: decodeMs, body, header: false, key });
  }

  /** One frame of AAC. */
  sound(data: Uint8Array, atMs: number) {
    if (!this.#init) return;
    const body = aacBody(data, { header: false });
    this.#forward.tag({ type: 8, atMs: Math.max(0, Math.round(atMs)), body, header: false, key: false });
  }

  /** Says goodbye. Resolves when nothing is left; nothing is reported after it. May be called twice. */
  stop = () => this.#forward.stop("ask");
}

function addressOf({ url, app }: PublishTo): string {
  const base = url.replace(/\/+$/, "");
  return base.endsWith(`/${app}`) ? base : `${base}/${app}`;
}
