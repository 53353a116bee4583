// The sound that is sent: the microphone and the sound of what is shared, in one track that stays whatever comes and goes. And the level of
// the microphone.

import { signal } from "@preact/signals";
import { every } from "../../clock.ts";
import { decibels, LEVEL_LEAST_DB } from "./level.ts";

const LOOK_MS = 60;
const SAMPLES = 2_048;

export class SoundMix {
  /** Of the microphone, in dB below the loudest that can be sent; LEVEL_LEAST_DB: nothing is heard. */
  readonly levelDb = signal(LEVEL_LEAST_DB);
  readonly isMuted = signal(false);
  private readonly context = new AudioContext({ latencyHint: "interactive" });
  private readonly out = this.context.createMediaStreamDestination();
  private readonly voice = this.context.createGain();
  private readonly analyser = this.context.createAnalyser();
  private microphone: MediaStreamAudioSourceNode | null = null;
  private shared: MediaStreamAudioSourceNode | null = null;
  private readonly stopLooking: () => void;

  /** To be made in answer to a press: browsers let no page make sound before. */
  constructor() {
    this.analyser.fftSize = SAMPLES;
    this.voice.connect(this.out);
    const samples = new Float32Array(SAMPLES);
    this.stopLooking = every(LOOK_MS, () => {
      this.analyser.getFloatTimeDomainData(samples);
      this.levelDb.value = this.microphone && !this.isMuted.peek() ? decibels(samples) : LEVEL_LEAST_DB;
    });
    void this.context.resume();
  }

  /** The track that is sent. Silent while nothing is in it. */
  get track(): MediaStreamTrack {
    return this.out.stream.getAudioTracks()[0]!;
  }

  /** Null: none. */
  useMicrophone(track: MediaStreamTrack | null) {
    this.microphone?.disconnect();
    this.microphone = this.nodeOf(track);
    this.microphone?.connect(this.voice);
    this.microphone?.connect(this.analyser);
  }

  /** The sound of what is shared; null: it has none. */
  useShared(track: MediaStreamTrack | null) {
    this.shared?.disconnect();
    this.shared = this.nodeOf(track);
    this.shared?.connect(this.out);
  }

  mute(on: boolean) {
    this.isMuted.value = on;
    this.voice.gain.value = on ? 0 : 1;
  }

  stop() {
    this.stopLooking();
    this.track.stop();
    void this.context.close().catch(() => {});
  }

  private nodeOf(track: MediaStreamTrack | null) {
    return track && this.context.createMediaStreamSource(new MediaStream([track]));
  }
}
