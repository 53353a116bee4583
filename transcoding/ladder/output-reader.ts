// Passes the output of one rung on, and reads how far it reaches.

import { Splitter } from "../fmp4/splitter.ts";
import type { RungSink } from "./rung-socket.ts";

interface OutputEvents {
  /** A fragment ends at this session time. */
  onReach(ms: number): void;
  /** Called once: the output is no fragmented MP4. */
  onUnreadable(error: string): void;
}

export class OutputReader implements RungSink {
  /** A fragment has come. */
  reached = false;
  #readable = true;
  #hasPictures = false;
  #ended = false;
  readonly #splitter: Splitter;

  constructor(
    private readonly sink: RungSink,
    private readonly events: OutputEvents,
  ) {
    this.#splitter = new Splitter({
      init: (_bytes, tracks) => {
        this.#hasPictures = tracks.some(({ kind }) => kind === "video");
      },
      fragment: ({ tracks }) => {
        // In a rung with pictures, sound alone says nothing of the encoder.
        const found = this.#hasPictures ? tracks.find(({ track }) => track.kind === "video") : tracks[0];
        if (!found) return;
        this.reached = true;
        events.onReach(((found.decodeTime + found.duration) * 1000) / found.track.timescale);
      },
    });
  }

  push(bytes: Uint8Array) {
    if (this.#ended || !this.#readable) return;
    try {
      this.#splitter.push(bytes);
    } catch (error) {
      this.#readable = false;
      this.events.onUnreadable(String(error));
      return;
    }
    this.sink.push(bytes);
  }

  end() {
    if (this.#ended) return;
    this.#ended = true;
    this.sink.end();
  }
}
