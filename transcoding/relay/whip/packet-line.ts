// The packets of one stream in order, each once: what is missing is waited for, asked for again, and given up.
//
//   push ──► in order: out at once
//        ──► behind a hole: held ──the hole is filled, or given up──► out
//
// A hole is given up when it was asked for often enough, or when too much is held behind it.

import type { RtpPacket } from "./rtp-packet.ts";
import { Unrolled } from "./unrolled.ts";

/** Packets behind a hole: a keyframe of 500 kB has 420. With at most 2 kB each that bounds the memory. */
export const HELD_MAX = 1_024;
/** Missing at one time. More were not lost by chance, and to ask for all of them would take their place on the line. */
export const MISSING_MAX = 256;
/** Nobody loses so many in a row and goes on: the sender counts from elsewhere (RFC 3550, appendix A.1). */
const JUMP_MIN = 3_000;

export interface LineRules {
  /** Between two requests for a packet, and from the last one until it is given up. */
  everyMs: number;
  /** Requests for a packet. 0: none is made, and a packet is given up after `everyMs`. */
  triesMax: number;
}

/** Pictures: 8 requests within 0.4 s. */
export const PICTURE_RULES: LineRules = { everyMs: 50, triesMax: 8 };
/** Where nothing can be asked for, as for sound: what comes out of order comes soon. */
export const PATIENT_RULES: LineRules = { everyMs: 60, triesMax: 0 };

interface Missing {
  tries: number;
  /** Of the last request, or when it was missed. */
  atMs: number;
}

interface LineEvents {
  /** The next packet. `isAfterHole`: packets before it are lost. */
  packet(packet: RtpPacket, isAfterHole: boolean): void;
}

export class PacketLine {
  #numbers = new Unrolled(16);
  /** The number that comes out next; null: none has come. */
  #next: number | null = null;
  #highest = 0;
  readonly #held = new Map<number, RtpPacket>();
  readonly #missing = new Map<number, Missing>();
  #isAfterHole = false;
  /** The number behind one that lay far away: when it comes, the sender counts from there. */
  #jumped: number | null = null;
  #lost = 0;
  #recovered = 0;

  constructor(
    private readonly rules: LineRules,
    private readonly events: LineEvents,
  ) {}

  /** Packets that were given up. */
  get lost() {
    return this.#lost;
  }

  /** Packets that were missed, and came. */
  get recovered() {
    return this.#recovered;
  }

  get isWaiting(): boolean {
    return this.#missing.size > 0;
  }

  push(packet: RtpPacket, nowMs: number) {
    const number = this.#numbers.near(packet.sequence);
    if (this.#next === null) this.#restart(packet.sequence);
    else if (Math.abs(number - this.#highest) >= JUMP_MIN) {
      const isConfirmed = this.#jumped === packet.sequence;
      this.#jumped = (packet.sequence + 1) & 0xffff;
      if (!isConfirmed) return;
      this.#isAfterHole = true;
      this.#restart(packet.sequence);
    }
    this.#jumped = null;
    this.#take(this.#numbers.take(packet.sequence), packet, nowMs);
  }

  /** Numbers of 16 bits to be asked for now; gives up what was asked for often enough. Call it each few ms while `isWaiting`. */
  due(nowMs: number): number[] {
    const { everyMs, triesMax } = this.rules;
    const wanted: number[] = [];
    for (const [number, missing] of this.#missing) {
      if (missing.tries >= triesMax) {
        if (nowMs - missing.atMs >= everyMs) this.#giveUp(number);
      } else if (missing.tries === 0 || nowMs - missing.atMs >= everyMs) {
        missing.tries++;
        missing.atMs = nowMs;
        wanted.push(number & 0xffff);
      }
    }
    this.#release();
    return wanted;
  }

  #restart(sequence: number) {
    this.#numbers = new Unrolled(16);
    this.#held.clear();
    this.#missing.clear();
    this.#next = sequence;
    this.#highest = sequence - 1;
  }

  #take(number: number, packet: RtpPacket, nowMs: number) {
    if (number < this.#next! || this.#held.has(number)) return;
    if (this.#missing.delete(number)) this.#recovered++;
    this.#held.set(number, packet);
    for (let n = this.#highest + 1; n < number; n++) this.#missing.set(n, { tries: 0, atMs: nowMs });
    this.#highest = Math.max(this.#highest, number);
    while (this.#missing.size > MISSING_MAX || this.#held.size > HELD_MAX) this.#giveUpFirst();
    this.#release();
  }

  /** All that is missing before the first packet that is held. */
  #giveUpFirst() {
    for (let n = this.#next!; n <= this.#highest && !this.#held.has(n); n++) this.#giveUp(n);
    this.#release();
  }

  #giveUp(number: number) {
    if (this.#missing.delete(number)) this.#lost++;
  }

  #release() {
    for (;;) {
      const packet = this.#held.get(this.#next!);
      if (packet) {
        this.#held.delete(this.#next!);
        const isAfterHole = this.#isAfterHole;
        this.#isAfterHole = false;
        this.#next!++;
        this.events.packet(packet, isAfterHole);
      } else if (this.#next! <= this.#highest && !this.#missing.has(this.#next!)) {
        this.#isAfterHole = true;
        this.#next!++;
      } else return;
    }
  }
}
