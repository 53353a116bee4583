// Feeds live media to one video element: one MediaSource (on iPhones a ManagedMediaSource) with one SourceBuffer for picture and sound.

import type { TakenPicture } from "../early/picture.ts";
import { AppendQueue, type Piece } from "./append-queue.ts";
import { type Range, rangesOf, removable } from "./buffer-plan.ts";

type MediaSourceClass = typeof MediaSource;

interface LiveMediaEvents {
  /** Media were appended. */
  appended(): void;
  /** The browser cannot append or decode what came; nothing more is appended. `isSupported`: it knows the codecs. */
  failed(isSupported: boolean): void;
}

interface LiveMediaOptions {
  video: HTMLVideoElement;
  /** Plays on the element already; null: nothing does. */
  taken: TakenPicture | null;
  events: LiveMediaEvents;
}

/** Of iPhones there is this alone; elsewhere the browser is not to remove media by itself. */
const mediaSourceClass = (): MediaSourceClass =>
  globalThis.MediaSource ?? (globalThis as { ManagedMediaSource?: MediaSourceClass }).ManagedMediaSource;

const mime = (codecs: string) => `video/mp4; codecs="${codecs}"`;

export class LiveMedia {
  private readonly mediaSource: MediaSource;
  private buffer: SourceBuffer | null = null;
  private readonly queue = new AppendQueue();
  private readonly listening = new AbortController();
  private url: string | null = null;
  private codecs: string | null = null;
  private isFull = false;
  private endsWhenEmpty = false;
  private isOver = false;

  constructor(private readonly options: LiveMediaOptions) {
    const { video, taken } = options;
    const { signal } = this.listening;
    video.addEventListener("error", () => this.fail(true), { signal });
    if (taken) {
      this.mediaSource = taken.mediaSource;
      this.use(taken.sourceBuffer);
      return;
    }
    const Class = mediaSourceClass();
    this.mediaSource = new Class();
    this.mediaSource.addEventListener("sourceopen", () => this.pump(), { signal });
    // A ManagedMediaSource opens only on an element that plays nowhere else.
    if (!("MediaSource" in globalThis)) video.disableRemotePlayback = true;
    this.url = URL.createObjectURL(this.mediaSource);
    video.src = this.url;
  }

  get ranges(): Range[] {
    return this.isOver ? [] : rangesOf(this.options.video);
  }

  /** Everything that was added is in the buffer. */
  get isIdle(): boolean {
    return this.queue.isEmpty && this.buffer?.updating === false;
  }

  add(piece: Piece) {
    if (this.isOver) return;
    this.endsWhenEmpty = false;
    this.queue.add(piece);
    this.pump();
  }

  /** The broadcast is over: the element ends when it has played what was added. */
  end() {
    this.endsWhenEmpty = true;
    this.pump();
  }

  /** The element keeps its last picture until something else plays on it. May be called twice. */
  stop() {
    this.isOver = true;
    this.listening.abort();
    if (this.url !== null) URL.revokeObjectURL(this.url);
  }

  private use(buffer: SourceBuffer) {
    const { signal } = this.listening;
    this.buffer = buffer;
    buffer.addEventListener(
      "updateend",
      () => {
        if (buffer.buffered.length > 0) this.options.events.appended();
        this.pump();
      },
      { signal },
    );
    buffer.addEventListener("error", () => this.fail(true), { signal });
  }

  /** One step: a removal, or an append. */
  private pump() {
    // One that has ended opens again by an append.
    if (this.isOver || this.mediaSource.readyState === "closed" || this.buffer?.updating) return;
    try {
      if (this.remove()) return;
      const piece = this.queue.take();
      if (piece) this.append(piece);
      else if (this.endsWhenEmpty && this.buffer) this.endStream();
    } catch {
      this.fail(true); // The browser has closed the source.
    }
  }

  private endStream() {
    this.endsWhenEmpty = false;
    this.mediaSource.endOfStream();
  }

  private remove(): boolean {
    const { buffer, isFull } = this;
    const range = buffer && removable(rangesOf(buffer), this.options.video.currentTime, { all: isFull });
    if (!range) return false;
    buffer.remove(range.start, range.end);
    this.isFull = false;
    return true;
  }

  private append(piece: Piece) {
    const buffer = piece.kind === "init" ? this.opened(piece.codecs) : this.buffer;
    if (!buffer) return;
    if (piece.kind === "init") buffer.timestampOffset = piece.offsetSeconds;
    try {
      buffer.appendBuffer(piece.bytes as Uint8Array<ArrayBuffer>);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "QuotaExceededError") throw error;
      this.isFull = true;
      this.queue.putBack(piece);
      if (this.remove()) return;
      // All of it is ahead of the picture: what waits is lost, and the picture goes over the gap.
      this.queue.drop();
    }
  }

  /** The buffer for these codecs; null: the browser cannot play them. */
  private opened(codecs: string): SourceBuffer | null {
    if (!mediaSourceClass().isTypeSupported(mime(codecs))) {
      this.fail(false);
      return null;
    }
    if (!this.buffer) {
      this.mediaSource.duration = Number.POSITIVE_INFINITY;
      this.use(this.mediaSource.addSourceBuffer(mime(codecs)));
    } else if (codecs !== this.codecs) this.buffer.changeType(mime(codecs));
    this.codecs = codecs;
    return this.buffer;
  }

  private fail(isSupported: boolean) {
    if (this.isOver) return;
    this.stop();
    this.options.events.failed(isSupported);
  }
}
