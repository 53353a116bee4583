// The channels that this relay reads: each is begun by its first viewer, and stopped some time after its last.

import { channels as channelCount } from "../metrics.ts";
import { RelayRefusal } from "../refusal.ts";
import type { RelayChannelOptions } from "./relay-channel.ts";
import { RelayChannel } from "./relay-channel.ts";

type Shared = Omit<RelayChannelOptions, "channelId" | "firstEdge" | "onOver">;

interface Entry {
  channel: RelayChannel;
  /** Who is told of its end. */
  leavers: Set<(reason: string) => void>;
}

/** Each has a socket and a process at least. */
const CHANNELS_MAX = 500;

export class RelayChannels {
  readonly #entries = new Map<string, Entry>();
  readonly #ending = new Set<Promise<unknown>>();

  constructor(private readonly shared: Shared) {}

  /** `onOver`: nothing comes of it any more; not called after `leave`. Throws RelayRefusal. */
  enter(channelId: string, onOver: (reason: string) => void) {
    const entry = this.#entries.get(channelId) ?? this.#open(channelId);
    const out = entry.channel.enter();
    // Another function for each, also where two viewers give the same one.
    const told = (reason: string) => onOver(reason);
    entry.leavers.add(told);
    return {
      channel: entry.channel,
      leave: () => {
        entry.leavers.delete(told);
        out();
      },
    };
  }

  tick(nowMs: number) {
    for (const [channelId, { channel }] of this.#entries) if (!channel.tick(nowMs)) this.#drop(channelId);
  }

  /** Resolves when nothing is left. */
  async stop() {
    for (const channelId of [...this.#entries.keys()]) this.#drop(channelId);
    await Promise.all(this.#ending);
  }

  #open(channelId: string): Entry {
    if (this.#entries.size >= CHANNELS_MAX)
      throw new RelayRefusal(503, "busy", "this relay reads enough channels", 5_000);
    const entry: Entry = {
      leavers: new Set(),
      channel: new RelayChannel({
        ...this.shared,
        channelId,
        firstEdge: Number.parseInt(channelId.slice(-6), 16) || 0,
        onOver: (why) => {
          if (this.#entries.get(channelId) !== entry) return;
          this.#drop(channelId);
          for (const told of [...entry.leavers]) told(why);
        },
      }),
    };
    this.#entries.set(channelId, entry);
    channelCount.set(this.#entries.size);
    return entry;
  }

  #drop(channelId: string) {
    const entry = this.#entries.get(channelId);
    this.#entries.delete(channelId);
    channelCount.set(this.#entries.size);
    if (!entry) return;
    const ending = entry.channel.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
