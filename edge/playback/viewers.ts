// The viewers of each channel at this edge: playback sessions that ask for playlists, and chat sockets. One person's key is the same in
// both and in all tabs, so that a person is counted once.

import { type Clock, every } from "#runtime/base/clock.ts";
import { Gauge } from "#runtime/base/metrics.ts";
import { sketchOf, type ViewerKey } from "#schema/wire/viewers.ts";
import type { ViewersHere } from "../channels/viewer-count.ts";

/** A session counts until it has asked for no playlist for this time: a plain player asks each target duration, 10 s at most. */
export const PRESENT_MS = 25_000;
/** A session counts once it has asked for playlists over this time: link previews and monitors ask once. */
export const WATCHED_MS = 2_000;
/** Over it new ones are not counted until others have gone. */
const VIEWERS_MAX = 100_000;
const SWEEP_MS = 2_000;

const viewersGauge = new Gauge({ name: "viewers", help: "Viewers at this edge, over all channels" });

interface Viewer {
  /** Times of the first and the latest playlist request; null: only in the chat. */
  session: { firstMs: number; latestMs: number } | null;
  sockets: number;
  /** Key of the address, as far as it is limited. */
  address: string | null;
  isCounted: boolean;
}

interface Channel {
  viewers: Map<ViewerKey, Viewer>;
  byAddress: Map<string, number>;
  counted: number;
}

interface ChannelViewersOptions {
  clock: Clock;
  /** Sessions of one address that count in one channel; 0 = all. */
  perAddressMax: number;
  onChange(channelId: string, viewers: ViewersHere): void;
}

/** 16 hex characters of a session → its key. */
export const viewerKey = (session: string): ViewerKey => Number.parseInt(session.slice(0, 12), 16);

export class ChannelViewers {
  readonly #channels = new Map<string, Channel>();
  readonly #stopSweeping: () => void;
  #known = 0;

  constructor(private readonly options: ChannelViewersOptions) {
    this.#stopSweeping = every(options.clock, SWEEP_MS, () => this.#sweep());
  }

  /** Persons of all channels, counted or not yet. */
  get known() {
    return this.#known;
  }

  countOf(channelId: string): number {
    return this.#channels.get(channelId)?.counted ?? 0;
  }

  /** A playback session has asked for a media playlist. */
  watched(channelId: string, key: ViewerKey, address: string) {
    const channel = this.#channel(channelId);
    const viewer = channel.viewers.get(key) ?? this.#add(channel, key);
    if (!viewer) return;
    const nowMs = this.options.clock.monoMs();
    if (viewer.session) viewer.session.latestMs = nowMs;
    else viewer.session = { firstMs: nowMs, latestMs: nowMs };
    if (viewer.isCounted || nowMs - viewer.session.firstMs < WATCHED_MS) return;
    if (this.#takePlace(channel, viewer, address)) this.#count(channelId, channel, viewer, true);
  }

  /** A chat socket has said hello. It counts until `left`. */
  joined(channelId: string, key: ViewerKey) {
    const channel = this.#channel(channelId);
    const viewer = channel.viewers.get(key) ?? this.#add(channel, key);
    if (!viewer) return;
    viewer.sockets++;
    if (!viewer.isCounted) this.#count(channelId, channel, viewer, true);
  }

  left(channelId: string, key: ViewerKey) {
    const channel = this.#channels.get(channelId);
    const viewer = channel?.viewers.get(key);
    if (!channel || !viewer || viewer.sockets === 0) return;
    viewer.sockets--;
    this.#settle(channelId, channel, key, viewer);
  }

  stop() {
    this.#stopSweeping();
  }

  #channel(channelId: string): Channel {
    let channel = this.#channels.get(channelId);
    if (!channel) {
      channel = { viewers: new Map(), byAddress: new Map(), counted: 0 };
      this.#channels.set(channelId, channel);
    }
    return channel;
  }

  #add(channel: Channel, key: ViewerKey): Viewer | null {
    if (this.#known >= VIEWERS_MAX) return null;
    this.#known++;
    const viewer: Viewer = { session: null, sockets: 0, address: null, isCounted: false };
    channel.viewers.set(key, viewer);
    return viewer;
  }

  /** False: enough sessions of this address count already. */
  #takePlace({ byAddress }: Channel, viewer: Viewer, address: string): boolean {
    const { perAddressMax } = this.options;
    if (perAddressMax === 0) return true;
    const taken = byAddress.get(address) ?? 0;
    if (taken >= perAddressMax) return false;
    byAddress.set(address, taken + 1);
    viewer.address = address;
    return true;
  }

  /** Forgets a viewer who is gone. */
  #settle(channelId: string, channel: Channel, key: ViewerKey, viewer: Viewer) {
    const nowMs = this.options.clock.monoMs();
    if (viewer.session && nowMs - viewer.session.latestMs >= PRESENT_MS) viewer.session = null;
    if (!viewer.session && viewer.address !== null) {
      const taken = channel.byAddress.get(viewer.address)! - 1;
      if (taken > 0) channel.byAddress.set(viewer.address, taken);
      else channel.byAddress.delete(viewer.address);
      viewer.address = null;
    }
    if (viewer.session || viewer.sockets > 0) return;
    channel.viewers.delete(key);
    this.#known--;
    if (viewer.isCounted) this.#count(channelId, channel, viewer, false);
    if (channel.viewers.size === 0) this.#channels.delete(channelId);
  }

  #count(channelId: string, channel: Channel, viewer: Viewer, isCounted: boolean) {
    viewer.isCounted = isCounted;
    channel.counted += isCounted ? 1 : -1;
    this.options.onChange(channelId, { count: channel.counted, sketch: () => sketchOf(countedIn(channel)) });
  }

  #sweep() {
    let counted = 0;
    for (const [channelId, channel] of this.#channels) {
      for (const [key, viewer] of channel.viewers) this.#settle(channelId, channel, key, viewer);
      counted += channel.counted;
    }
    viewersGauge.set(counted);
  }
}

function* countedIn({ viewers }: Channel): Iterable<ViewerKey> {
  for (const [key, { isCounted }] of viewers) if (isCounted) yield key;
}
