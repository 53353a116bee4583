// One session's intake: the messages of an encoder in, inits and fragments of the source rendition out.
//
//   RtmpPull ─► Opening ─► Remux (headers, keyframes) ─► Muxing ─► init, fragment per picture
//                             └─ SessionClock               └────► the same as tags, for the ladder
//
// What an encoder sends cannot make it throw: it becomes a fact for the streamer. A bug of ours ends this pull and no other.

import type { Clock } from "#runtime/base/clock.ts";
import type { Fragment } from "#runtime/fmp4/fragment.ts";
import { problems } from "../packager/attempt/problems.ts";
import { arrivalOf } from "./arrival.ts";
import type { ClockState } from "./clock-state.ts";
import { Dating } from "./dating.ts";
import { type IntakeFact, IntakeFacts } from "./facts.ts";
import type { Since } from "./kept/tag-ring.ts";
import { encoderOf } from "./metadata.ts";
import { Opening } from "./opening.ts";
import { PictureWatch } from "./picture-watch.ts";
import { Remux } from "./remux.ts";
import { MESSAGE, type RtmpMessage } from "./rtmp/message.ts";
import type { PullEnd, RtmpConnect, RtmpPull } from "./rtmp/pull.ts";
import type { FragmentPlace, SourceInit, SourceTag } from "./source.ts";

/** The server closed a pull that stood, or refused it; the connection was lost; what came was not RTMP, or hit a bug of ours. */
export type IntakeEnd = "ended" | "refused" | "lost" | "garbage";

export interface IntakeOptions {
  connect: RtmpConnect;
  clock: Clock;
  /** As in RtmpPullOptions. */
  url: string;
  since?: Since;
  /** Of the intake before this one in the same broadcast. */
  resume: ClockState | null;
  /** Wall time now, ms, by the database's clock. The first picture is dated with it. */
  wallMs(): number;
  /** Before the fragments that belong to it. Again when a header changed, at a keyframe. */
  onInit(init: SourceInit): void;
  /** A fragment for each picture, with the sound that has come since the last; sound alone when no picture comes. */
  onFragment(fragment: Fragment, place: FragmentPlace): void;
  /** The same media as messages, for the ladder. */
  onTag(tag: SourceTag): void;
  onFact(fact: IntakeFact): void;
  /** The clock moved in a way that a successor must know. At most once a second. */
  onClockState(state: ClockState): void;
  /** Once, and not after `close`. `detail` is for the log. */
  onClose(why: IntakeEnd, detail: string): void;
}

export interface Intake {
  /** Sends what is held, and ends the pull. Nothing is reported after it. May be called twice. */
  close(): void;
  /** Memory for media that has not gone out. */
  readonly heldBytes: number;
  /** For a successor; null: no picture has come, and there was no intake before. */
  readonly clockState: ClockState | null;
}

const PLAY = "NetStream.Play.";

/** Throws TypeError for an address that is not RTMP, and nothing later. */
export const startIntake = (options: IntakeOptions): Intake => new RunningIntake(options);

class RunningIntake implements Intake {
  #attached = false;
  #refused = false;
  #over = false;
  /** What was held has gone out: nothing is reported any more. */
  #silent = false;
  readonly #facts: IntakeFacts;
  readonly #dating: Dating;
  readonly #remux: Remux;
  readonly #opening: Opening;
  readonly #pictures: PictureWatch;
  readonly #pull: RtmpPull | undefined;

  constructor(private readonly options: IntakeOptions) {
    const { clock, connect, url, since } = options;
    this.#facts = new IntakeFacts((fact) => this.#report(() => options.onFact(fact)));
    this.#dating = new Dating({
      ...{ clock, resume: options.resume },
      wallMs: () => options.wallMs(),
      onFact: (fact) => this.#report(() => options.onFact(fact)),
      onClockState: (state) => this.#report(() => options.onClockState(state)),
    });
    this.#remux = new Remux({
      events: {
        onInit: (init) => this.#report(() => options.onInit(init)),
        onFragment: (fragment, place) => this.#report(() => options.onFragment(fragment, place)),
        onTag: (tag) => this.#report(() => options.onTag(tag)),
        silence: (begins) => this.#facts.silence(begins),
      },
      facts: this.#facts,
      stamp: (kind, timestamp, arrivalMs) => this.#dating.stamp(kind, timestamp, arrivalMs),
    });
    this.#opening = new Opening({
      clock,
      soundKnown: () => this.#remux.soundKnown,
      mayBegin: () => this.#remux.soundKnown || !this.#facts.has("unsupported_audio_codec"),
      pass: (arrival) => this.#guard(() => this.#over || this.#remux.take(arrival)),
    });
    this.#pictures = new PictureWatch(clock, () =>
      this.#guard(() => this.#facts.problem(problems.noVideo, clock.monoMs())),
    );
    this.#pull = connect({
      url,
      ...(since && { since }),
      onMessage: (message) => this.#guard(() => this.#over || this.#take(message, message.arrivedMs ?? clock.monoMs())),
      onStatus: (code) => this.#guard(() => this.#over || this.#status(code, clock.monoMs())),
      onClose: (why, how = "closed") => this.#end(this.#endOf(how), why),
    });
    if (this.#over) this.#pull.close();
  }

  get heldBytes() {
    return this.#opening.heldBytes + this.#remux.heldBytes + (this.#pull?.heldBytes ?? 0);
  }

  get clockState() {
    return this.#dating.state;
  }

  close() {
    if (this.#over) return;
    this.#over = true;
    this.#pictures.stop();
    this.#opening.close();
    this.#guard(() => this.#remux.flush());
    this.#silent = true;
    this.#pull?.close();
  }

  #take(message: RtmpMessage, nowMs: number) {
    if (message.type === MESSAGE.data) return this.#takeData(message.body, nowMs);
    const arrival = arrivalOf(message, nowMs);
    if (!arrival) return;
    const { kind } = arrival.tag;
    if (arrival.kind === "video" && (kind === "picture" || kind === "unsupported")) {
      this.#pictures.picture();
      this.#facts.problemOver("no_video", nowMs);
    } else if (arrival.kind === "audio" && kind !== "nothing") this.#pictures.sound();
    this.#opening.take(arrival);
  }

  #takeData(body: Uint8Array, nowMs: number) {
    const encoder = encoderOf(body);
    if (encoder === undefined) return;
    this.#pictures.encoderBegan();
    this.#dating.publishedAnew();
    this.#facts.problemOver("unsupported_audio_codec", nowMs);
    this.#facts.metaData(encoder, nowMs);
  }

  #status(code: string, nowMs: number) {
    if (code === `${PLAY}Start`) {
      this.#attached = true;
      this.#facts.once({ fact: "attached" }, nowMs);
    } else if (code === `${PLAY}UnpublishNotify` || code === `${PLAY}Stop`)
      this.#facts.once({ fact: "encoderAway" }, nowMs);
    else if (/NotFound|Failed|Rejected|BadName|Denied/.test(code)) {
      this.#refused = true;
      this.#end("refused", code);
    }
  }

  #report(tell: () => void) {
    if (!this.#silent) tell();
  }

  /** A bug of ours ends this pull and no other. */
  #guard(work: () => void) {
    try {
      work();
    } catch (error) {
      this.#end("garbage", `bug: ${error instanceof Error ? error.stack : error}`);
    }
  }

  #endOf(how: PullEnd): IntakeEnd {
    if (how !== "closed") return how;
    return this.#attached && !this.#refused ? "ended" : "refused";
  }

  #end(why: IntakeEnd, detail: string) {
    if (this.#over) return;
    this.close();
    this.options.onClose(why, detail);
  }
}
