// Simulated nginx: published names, and the pulls that wait on them. `idle_streams on`: a pull outlives its publisher.

import type { IngestClient } from "#actors/channel/ingest.ts";
import type { RtmpConnect, RtmpPullOptions } from "#transcoding/intake/rtmp/pull.ts";
import { type EncoderFaults, EncoderSource, PICTURE_MS, SOUND_MS } from "./encoder-source.ts";
import type { Process, Simulation } from "./simulation.ts";

const CONNECT_MS = [20, 250] as const;

interface Publisher {
  source: EncoderSource;
  /** Called when nginx closes the publisher's connection. */
  onDropped(): void;
}

interface Pull {
  name: string;
  process: Process;
  options: RtmpPullOptions;
  over: boolean;
}

/** One nginx: the names published there, and our pulls. */
export class SimIngest {
  /** Of this start of nginx. */
  boot = 1;
  /** What is wrong with the encoders; the rest is drawn. */
  encoderFaults: Partial<EncoderFaults> = {};
  /** Added to the time in which a pull is accepted. */
  slowMs = 0;
  readonly #publishers = new Map<string, Publisher>();
  readonly #pulls = new Set<Pull>();

  constructor(private readonly sim: Simulation) {}

  /** The nginx as a node's client sees it. */
  clientOf(process: Process): IngestClient {
    const answer = <T>(value: () => T) =>
      new Promise<T>((resolve) => void this.sim.after(2, () => resolve(value()), process));
    return {
      pullUrl: (name) => name,
      publishing: () => answer(() => new Set(this.#publishers.keys())),
      dropPublisher: (name) => answer(() => this.#publishers.get(name)?.onDropped()),
      hasPicture: (name) => answer(() => (this.#publishers.has(name) ? true : null)),
      recent: () => answer(() => []),
    };
  }

  publish(name: string, onDropped: () => void) {
    const publisher = { source: new EncoderSource(this.sim, this.encoderFaults), onDropped };
    this.#publishers.set(name, publisher);
    for (const pull of this.#pulls) if (pull.name === name) this.#play(pull, publisher);
  }

  unpublish(name: string) {
    this.#publishers.delete(name);
  }

  /** How many pulls a process has here. */
  pullsOf(process: Process): number {
    return [...this.#pulls].filter((pull) => pull.process === process).length;
  }

  /** The connections of all pulls are cut. */
  cutPulls() {
    for (const pull of [...this.#pulls]) {
      this.sim.count("pulls cut");
      this.#close(pull, "lost");
    }
  }

  /** Drops all encoders and pulls, and forgets them. */
  restart() {
    this.boot++;
    this.sim.count("restarts of nginx");
    for (const pull of [...this.#pulls]) this.#close(pull, "closed");
    for (const { onDropped } of [...this.#publishers.values()]) onDropped();
  }

  /** Pulls of a node. */
  connectOf(process: Process): RtmpConnect {
    return (options) => {
      const pull = { name: options.url, process, options, over: false };
      this.sim.after(this.sim.between(...CONNECT_MS) + this.slowMs, () => this.#attach(pull), process);
      return {
        close: () => {
          pull.over = true;
          this.#pulls.delete(pull);
        },
      };
    };
  }

  #attach(pull: Pull) {
    if (pull.over) return;
    this.#pulls.add(pull);
    pull.options.onStatus("NetStream.Play.Start", "");
    const publisher = this.#publishers.get(pull.name);
    if (publisher) this.#play(pull, publisher);
  }

  #close(pull: Pull, how: "lost" | "closed") {
    this.#pulls.delete(pull);
    const tell = () => {
      if (pull.over) return;
      pull.over = true;
      pull.options.onClose(how, how);
    };
    this.sim.after(5, tell, pull.process);
  }

  /** Sends the publisher's messages from its next keyframe on, at the pace of the world. */
  #play(pull: Pull, publisher: Publisher) {
    const { sim } = this;
    const { source } = publisher;
    const first = source.keyframeFrom(sim.nowMs - source.startedMs);
    const send = (atMs: number, messages: () => ReturnType<EncoderSource["picture"]>, then: () => void) => {
      const arrive = () => {
        if (pull.over || !this.#pulls.has(pull) || this.#publishers.get(pull.name) !== publisher) return;
        for (const message of messages()) if (!pull.over) pull.options.onMessage(message);
        then();
      };
      sim.after(source.startedMs + atMs - sim.nowMs, arrive, pull.process);
    };
    const picture = (n: number) => {
      const messages = () =>
        n === first ? [...source.headers(n), ...source.picture(n), ...source.soundHeader(n)] : source.picture(n);
      send(n * PICTURE_MS, messages, () => picture(n + 1));
    };
    const sound = (n: number) =>
      send(
        n * SOUND_MS,
        () => source.sound(n),
        () => sound(n + 1),
      );
    picture(first);
    sound(Math.ceil((first * PICTURE_MS) / SOUND_MS) + 1);
  }
}
