// From packets of H.264 to pictures in nginx-rtmp. What cannot be decoded is left out up to the next keyframe.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { AvcPictures } from "./avc-pictures.ts";
import { H264Depacketizer, type NalUnits } from "./depacketizer.ts";
import { IncomingStream } from "./incoming-stream.ts";
import { KeyframeRequests } from "./keyframe-requests.ts";
import { pictures } from "./metrics.ts";
import { PICTURE_RULES } from "./packet-line.ts";
import type { Publishing } from "./publishing.ts";
import type { Timeline } from "./timeline.ts";

export const VIDEO_TICKS_PER_MS = 90;

export interface FlowParts {
  clock: Clock;
  log: Log;
  timeline: Timeline;
  publishing: Pick<Publishing, "picture" | "sound">;
}

export class PictureFlow {
  readonly stream: IncomingStream;
  readonly requests = new KeyframeRequests();
  readonly #avc = new AvcPictures();
  readonly #depacketizer: H264Depacketizer;

  constructor(
    private readonly parts: FlowParts,
    payloadType: number,
  ) {
    this.#depacketizer = new H264Depacketizer({
      picture: (units) => this.#picture(units),
      lost: () => this.requests.lost(),
    });
    this.stream = new IncomingStream({
      ...{ payloadType, ticksPerMs: VIDEO_TICKS_PER_MS, rules: PICTURE_RULES, log: parts.log },
      onPacket: (packet, isAfterHole) => this.#depacketizer.push(packet, isAfterHole),
    });
  }

  #picture({ timestamp, units }: NalUnits) {
    const { clock, log, timeline, publishing } = this.parts;
    const picture = this.#avc.take(units);
    if (!picture) return;
    const nowMs = clock.monoMs();
    if (picture.key) this.requests.came(nowMs);
    if (this.requests.isMissing) return pictures.inc({ outcome: "waited" });
    const { config } = picture;
    if (config) log.info({ codec: config.codec, width: config.width, height: config.height }, "picture of a publisher");
    pictures.inc({ outcome: "taken" });
    publishing.picture(picture, timeline.place("video", timestamp, nowMs));
  }
}
