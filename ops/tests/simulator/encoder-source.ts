// What a simulated encoder sends: RTMP messages with real headers, pictures of a few bytes, and the clocks that encoders have.

import { writeAmf } from "#transcoding/intake/rtmp/amf.ts";
import { MESSAGE, type RtmpMessage } from "#transcoding/intake/rtmp/message.ts";
import type { Simulation } from "./simulation.ts";

export const PICTURE_MS = 500;
/** A frame of AAC at 8 kHz. */
export const SOUND_MS = 128;
/** Pictures from keyframe to keyframe, in turns. `turning`: the picture turns at each keyframe, so that each begins a segment: numbers grow as
 *  fast as the seconds by which a successor leaves numbers out. */
const GOPS = { regular: [4], irregular: [4, 5, 3, 6, 2], turning: [2] } as const;

/** What is wrong with an encoder. Times are ms since it began to publish. */
export interface EncoderFaults {
  /** Raw timestamp of its first frame. */
  beginsAt: number;
  /** From then on timestamps are so much higher. */
  jump: { fromMs: number; byMs: number } | null;
  /** From then on timestamps stand still. */
  standsFromMs: number;
  /** One picture is dated far ahead. */
  futurePicture: number | null;
  /** Sound is dated so much later than it is. */
  soundOffMs: number;
  /** Sound begins then; infinite: there is none. */
  soundFromMs: number;
  /** Timestamps in a second. */
  speed: number;
  /** From then on the picture is upright. */
  turnsAtMs: number;
  gop: keyof typeof GOPS;
}

const NEVER = Number.POSITIVE_INFINITY;

/** An encoder without faults. */
export const HEALTHY: Readonly<EncoderFaults> = {
  beginsAt: 0,
  jump: null,
  standsFromMs: NEVER,
  futurePicture: null,
  soundOffMs: 0,
  soundFromMs: 0,
  speed: 1,
  turnsAtMs: NEVER,
  gop: "regular",
};

function drawFaults(sim: Simulation, given: Partial<EncoderFaults>): EncoderFaults {
  const at = () => sim.between(2_000, 20_000);
  const one = <T>(share: number, draw: () => T, none: T) => (sim.chance(share) ? draw() : none);
  const faults: EncoderFaults = {
    beginsAt: sim.pick([0, 0, 20_000_000, 2 ** 32 - 10_000, 2 ** 31 - 5_000]),
    jump: one(0.12, () => ({ fromMs: at(), byMs: sim.pick([-5_000, -60_000, 5_000, 3_600_000, 5_000_000]) }), null),
    standsFromMs: one(0.05, at, NEVER),
    futurePicture: one(0.08, () => Math.round(sim.between(3, 40)), null),
    soundOffMs: one(0.08, () => sim.pick([-3_000, 20_000, 100_000]), 0),
    soundFromMs: one(0.15, () => sim.pick([8_000, NEVER]), 0),
    speed: one(0.08, () => sim.pick([0.6, 1.5, 3]), 1),
    turnsAtMs: one(0.1, at, NEVER),
    gop: sim.pick(["regular", "irregular"]),
    ...given,
  };
  sim.count("encoders that published");
  for (const [name, wrong] of [
    ["jumps", faults.jump !== null],
    ["stands", faults.standsFromMs < NEVER],
    ["sends a picture from the future", faults.futurePicture !== null],
    ["dates sound elsewhere", faults.soundOffMs !== 0],
    ["has late or no sound", faults.soundFromMs > 0],
    ["is too slow or too fast", faults.speed !== 1],
    ["turns its picture", faults.turnsAtMs < NEVER || faults.gop === "turning"],
  ] as const)
    if (wrong) sim.count(`encoder ${name}`);
  return faults;
}

/** One encoder from its publish to its end. All who pull it get the same messages. */
export class EncoderSource {
  readonly #faults: EncoderFaults;
  readonly startedMs: number;

  constructor(sim: Simulation, given: Partial<EncoderFaults> = {}) {
    this.startedMs = sim.nowMs;
    this.#faults = drawFaults(sim, given);
  }

  /** The first keyframe that is not before this many ms after the start. */
  keyframeFrom(ms: number): number {
    let n = Math.ceil(ms / PICTURE_MS);
    while (!this.#isKey(n)) n++;
    return n;
  }

  /** What nginx sends to a pull before the first picture `n`. */
  headers(n: number): RtmpMessage[] {
    const timestamp = this.#raw(n * PICTURE_MS);
    return [
      { type: MESSAGE.data, timestamp: 0, body: META },
      { type: MESSAGE.video, timestamp, body: this.#turned(n) ? UPRIGHT_HEADER : WIDE_HEADER },
    ];
  }

  soundHeader(n: number): RtmpMessage[] {
    if (this.#faults.soundFromMs === NEVER) return [];
    return [{ type: MESSAGE.audio, timestamp: Math.max(0, this.#raw(n * PICTURE_MS) - 20), body: AAC_HEADER }];
  }

  picture(n: number): RtmpMessage[] {
    const { futurePicture } = this.#faults;
    const ahead = n === futurePicture ? 9_800_000 : 0;
    const timestamp = wrapped(this.#raw(n * PICTURE_MS) + ahead);
    const message = { type: MESSAGE.video, timestamp, body: this.#isKey(n) ? KEYFRAME : PICTURE };
    const body = this.#turned(n) ? UPRIGHT_HEADER : WIDE_HEADER;
    const turns = this.#turned(n) !== this.#turned(n - 1);
    return turns ? [{ type: MESSAGE.video, timestamp, body }, message] : [message];
  }

  sound(n: number): RtmpMessage[] {
    const { soundFromMs, soundOffMs } = this.#faults;
    if (n * SOUND_MS < soundFromMs) return [];
    return [{ type: MESSAGE.audio, timestamp: wrapped(this.#raw(n * SOUND_MS) + soundOffMs), body: SOUND }];
  }

  /** A new picture format begins with a keyframe. */
  #turned(n: number) {
    if (this.#faults.gop === "turning") return n % 4 >= 2;
    return n >= 0 && this.#faults.turnsAtMs < NEVER && n >= this.keyframeFrom(this.#faults.turnsAtMs);
  }

  #raw(ms: number): number {
    const { beginsAt, jump, standsFromMs, speed } = this.#faults;
    const jumpedMs = jump && ms >= jump.fromMs ? jump.byMs : 0;
    return wrapped(beginsAt + Math.round(Math.min(ms, standsFromMs) * speed) + jumpedMs);
  }

  #isKey(n: number): boolean {
    const gops = GOPS[this.#faults.gop];
    let at = n % gops.reduce<number>((sum, pictures) => sum + pictures, 0);
    for (const pictures of gops) {
      if (at === 0) return true;
      if (at < pictures) return false;
      at -= pictures;
    }
    return false;
  }
}

const wrapped = (ms: number) => ((ms % 2 ** 32) + 2 ** 32) % 2 ** 32;

const META = Uint8Array.from([...writeAmf("onMetaData"), ...writeAmf({ encoder: "simulated" })]);
const avcHeader = (size: string) =>
  Uint8Array.fromHex(`17000000000142c00bffe100186742c00b${size}044000000300400000030103c50aa801000468ce0fc8`);
/** 320x180 and 180x320, as x264 writes them. */
const WIDE_HEADER = avcHeader("da05067e7c");
const UPRIGHT_HEADER = avcHeader("da0c0a79fc");
/** One NAL unit of 4 bytes: an IDR picture, and a picture that is none. */
const KEYFRAME = Uint8Array.of(0x17, 1, 0, 0, 0, 0, 0, 0, 4, 0x65, 0x88, 0x84, 0);
const PICTURE = Uint8Array.of(0x27, 1, 0, 0, 0, 0, 0, 0, 4, 0x41, 0x9a, 0, 0);
/** AAC-LC, 8 kHz, mono. */
const AAC_HEADER = Uint8Array.of(0xaf, 0, 0x15, 0x88);
const SOUND = Uint8Array.of(0xaf, 1, 0x01, 0x40, 0x22, 0x80);
