// What is sent of this computer: a camera or a screen, and a microphone. Devices may be changed while it is sent.

import { signal } from "@preact/signals";
import type { LiveTrouble } from "../../words/go-live.ts";
import { deviceTrouble } from "./device-trouble.ts";
import { loadLiveChoice, QUALITIES, type QualityName, saveLiveChoice } from "./quality.ts";
import { SoundMix } from "./sound-mix.ts";

export type SourceKind = "camera" | "screen";

export class Capture {
  /** What is taken now; null: nothing. */
  readonly source = signal<SourceKind | null>(null);
  /** The picture that is sent; null: none. */
  readonly picture = signal<MediaStreamTrack | null>(null);
  readonly isHidden = signal(false);
  readonly cameras = signal<readonly MediaDeviceInfo[]>([]);
  readonly microphones = signal<readonly MediaDeviceInfo[]>([]);
  readonly cameraId = signal<string | null>(loadLiveChoice().cameraId);
  /** Null: none is used. */
  readonly microphoneId = signal<string | null>(null);
  readonly quality = signal<QualityName>(loadLiveChoice().quality);
  readonly trouble = signal<LiveTrouble | null>(null);
  /** Null: nothing was asked for yet. */
  readonly sound = signal<SoundMix | null>(null);
  private shared: MediaStreamTrack | null = null;
  private microphone: MediaStreamTrack | null = null;
  private readonly listening = new AbortController();
  private isOver = false;

  constructor() {
    const changed = () => void this.list();
    navigator.mediaDevices?.addEventListener("devicechange", changed, { signal: this.listening.signal });
  }

  /** Camera and microphone; each of them alone where the other is not there. In answer to a press. */
  async useCamera(cameraId = this.cameraId.peek()) {
    await this.attempt("camera", async () => {
      const stream = await this.cameraStream(cameraId);
      const [camera] = stream.getVideoTracks();
      const [microphone] = stream.getAudioTracks();
      if (microphone) this.takeMicrophone(microphone);
      if (!camera) throw new DOMException("no camera", "NotFoundError");
      this.take(camera, "camera");
      this.cameraId.value = camera.getSettings().deviceId ?? cameraId;
      saveLiveChoice({ cameraId: this.cameraId.value });
    });
  }

  /** In answer to a press. The microphone stays as it is. */
  async useScreen() {
    await this.attempt("screen", async () => {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: this.size(), audio: true });
      const [screen] = stream.getVideoTracks();
      if (!screen) throw new DOMException("no screen", "NotFoundError");
      this.take(screen, "screen");
      this.shared = stream.getAudioTracks()[0] ?? null;
      this.sound.value!.useShared(this.shared);
    });
  }

  /** Null: none. */
  async useMicrophone(microphoneId: string | null) {
    if (microphoneId === null) return this.takeMicrophone(null);
    await this.attempt("camera", async () => {
      const audio = { deviceId: { exact: microphoneId } };
      const [track] = (await navigator.mediaDevices.getUserMedia({ audio })).getAudioTracks();
      this.takeMicrophone(track ?? null);
    });
  }

  /** What is taken already follows as far as it can. */
  async chooseQuality(quality: QualityName) {
    this.quality.value = quality;
    saveLiveChoice({ quality });
    await this.picture
      .peek()
      ?.applyConstraints(this.size())
      .catch(() => {}); // The camera has no such size; the encoder scales.
  }

  /** Black is sent meanwhile. */
  hide(on: boolean) {
    this.isHidden.value = on;
    const picture = this.picture.peek();
    if (picture) picture.enabled = !on;
  }

  /** Lets go of all devices: their lights go out. May be called twice. */
  stop() {
    this.isOver = true;
    this.listening.abort();
    for (const track of [this.picture.peek(), this.shared, this.microphone]) track?.stop();
    this.sound.peek()?.stop();
    this.picture.value = null;
    this.source.value = null;
    this.sound.value = null;
  }

  private async attempt(wanted: SourceKind, take: () => Promise<void>) {
    this.trouble.value = null;
    this.sound.value ??= new SoundMix();
    try {
      await take();
    } catch (error) {
      this.trouble.value = deviceTrouble(error, wanted);
    }
    await this.list();
    if (this.isOver) this.stop(); // The page was left meanwhile.
  }

  private async cameraStream(cameraId: string | null): Promise<MediaStream> {
    const { microphoneId } = loadLiveChoice();
    const video = { ...this.size(), ...(cameraId !== null && { deviceId: { ideal: cameraId } }) };
    const audio = this.microphone ? false : microphoneId === null ? true : { deviceId: { ideal: microphoneId } };
    const devices = navigator.mediaDevices;
    try {
      return await devices.getUserMedia({ video, audio });
    } catch (error) {
      if (deviceTrouble(error, "camera") !== "no-device" || audio === false) throw error;
      // One of both is not there.
      return devices.getUserMedia({ video }).catch(() => devices.getUserMedia({ audio }));
    }
  }

  private size(): MediaTrackConstraints {
    const { width, height, fps } = QUALITIES[this.quality.peek()];
    return { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: fps } };
  }

  private take(track: MediaStreamTrack, source: SourceKind) {
    this.picture.peek()?.stop();
    this.shared?.stop();
    this.shared = null;
    this.sound.peek()?.useShared(null);
    track.contentHint = "motion";
    track.enabled = !this.isHidden.peek();
    track.addEventListener("ended", () => this.ended(track, source));
    this.picture.value = track;
    this.source.value = source;
  }

  private takeMicrophone(track: MediaStreamTrack | null) {
    this.microphone?.stop();
    this.microphone = track;
    this.sound.peek()?.useMicrophone(track);
    this.microphoneId.value = track?.getSettings().deviceId ?? null;
    track?.addEventListener("ended", () => {
      if (this.microphone !== track) return;
      this.takeMicrophone(null);
      this.trouble.value = "unplugged";
    });
    if (track) saveLiveChoice({ microphoneId: this.microphoneId.value });
  }

  /** Not by us: the device was unplugged, or the person pressed the browser's own button. */
  private ended(track: MediaStreamTrack, source: SourceKind) {
    if (this.picture.peek() !== track) return;
    this.picture.value = null;
    this.source.value = null;
    this.trouble.value = source === "screen" ? "screen-ended" : "unplugged";
  }

  /** Names are told only once a device may be used. */
  private async list() {
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const named = (kind: MediaDeviceKind) => all.filter((one) => one.kind === kind && one.deviceId !== "");
    this.cameras.value = named("videoinput");
    this.microphones.value = named("audioinput");
  }
}
