// Playlists for everybody: from the newest version while it is fresh, else one request to the origin; held and then repeated without one.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { mediaPath, SEGMENTS_AHEAD_MAX } from "#schema/wire/media.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import type { Broadcast, Index, RenditionMemory } from "./broadcast.ts";
import { hold } from "./hold.ts";
import type { Directives } from "./live-url.ts";
import { originRequests } from "./metrics.ts";
import { originUrl } from "./origin-of.ts";
import { contains } from "./playlist.ts";
import { askOrigin } from "./upstream.ts";
import type { Version } from "./version.ts";

/** A version this young answers who asks without directives: less than half a part old. */
const FRESH_MS = 200;
/** A version that has what a blocking request waits for answers it at this age, too: the asker is behind, not ahead. */
const FRESH_ENOUGH_MS = 1_000;
const INDEX_FRESH_MS = 1_000;

interface PlaylistsOptions {
  clock: Clock;
  log: Log;
  watches: ChannelWatches;
  /** How long requests wait for an owner before they get the last playlist again. */
  holdMs: number;
  /** Falls when the edge goes away: who waits gets the last playlist. */
  closing: AbortSignal;
  /** A rendition has a new version. */
  onVersion(broadcast: Broadcast, rendition: RenditionMemory): void;
}

export class Playlists {
  constructor(private readonly options: PlaylistsOptions) {}

  /** The multivariant playlist. Throws Refusal: `offline`, `unavailable`, `busy`. */
  async index(broadcast: Broadcast, signal: AbortSignal): Promise<Index> {
    const { index } = broadcast;
    if (index && this.options.clock.monoMs() - index.heardMs < INDEX_FRESH_MS) return index;
    return broadcast.indexTasks.join("index", signal, (ended) => this.#fetchIndex(broadcast, ended));
  }

  /** A media playlist that has what the directives ask for, or the last one while it cannot be had.
   *  Throws Refusal: `offline`, `not_found`, `bad_directive`, `unavailable`, `busy`. */
  async media(broadcast: Broadcast, name: string, asked: Directives, signal: AbortSignal): Promise<Version> {
    const latest = broadcast.renditions.get(name)?.latest;
    let { msn, part } = asked;
    if (latest) {
      const ageMs = this.options.clock.monoMs() - latest.heardMs;
      if (latest.playlist.ended) return latest;
      const has = msn === null || contains(latest.playlist, msn, part);
      if (has && ageMs < (msn === null ? FRESH_MS : FRESH_ENOUGH_MS)) return latest;
      if (has) [msn, part] = [null, null]; // Not for a future part: the newest there is.
    }
    const key = msn === null ? name : `${name}?${msn}&${part ?? ""}`;
    try {
      return await broadcast.playlistTasks.join(key, signal, (ended) =>
        this.#fetchMedia(broadcast, name, { msn, part }, ended),
      );
    } catch (error) {
      // Too many wait: what was given out before is better than a refusal.
      if (latest && error instanceof Refusal && error.code === "busy") return latest;
      throw error;
    }
  }

  async #fetchIndex(broadcast: Broadcast, ended: AbortSignal): Promise<Index> {
    const held = await this.#hold<Index>(broadcast, ended, async (base, signal, isOver) => {
      const answer = await this.#ask(`${base}index.m3u8`, signal);
      if (answer.kind === "found" && broadcast.acceptIndex(answer, this.options.clock.monoMs()))
        return broadcast.index!;
      if (answer.kind === "absent" && isOver) throw new Refusal("offline");
      return "again";
    });
    const last = held ?? broadcast.index;
    if (!last) throw new Refusal("unavailable", "the broadcast's origin does not answer", 1_000);
    return last;
  }

  async #fetchMedia(
    broadcast: Broadcast,
    name: string,
    { msn, part }: Omit<Directives, "skip">,
    ended: AbortSignal,
  ): Promise<Version> {
    const { clock, log } = this.options;
    const latest = () => broadcast.renditions.get(name)?.latest;
    let isBehind = false;
    const held = await this.#hold<Version>(broadcast, ended, async (base, signal, isOver) => {
      // A new owner begins with a window that ends before what was given out: its first playlist that goes on is waited for there.
      const query = isBehind ? queryOf(latest()?.headNumber ?? null, null) : queryOf(msn, part);
      const askedMs = clock.monoMs();
      const answer = await this.#ask(`${base}${mediaPath.playlist(name)}${query}`, signal);
      if (answer.kind === "found") {
        const before = latest();
        const version = broadcast.accept(name, answer, askedMs, clock.monoMs());
        if (version && version !== before) this.options.onVersion(broadcast, broadcast.renditions.get(name)!);
        if (version) return version;
        if (!isBehind)
          log.info(
            { channel: broadcast.channelId, broadcast: broadcast.id, epoch: answer.epoch, rendition: name },
            "origin's playlist is behind what was given out",
          );
        isBehind = true;
        return "behind";
      }
      isBehind = false;
      if (answer.kind === "bad" && msn !== null && msn > (latest()?.headNumber ?? -1) + SEGMENTS_AHEAD_MAX)
        throw new Refusal("bad_directive", "that segment is too far ahead");
      if (answer.kind === "absent" && isOver) throw new Refusal("offline");
      if (answer.kind === "absent" && !this.#isListed(broadcast, name))
        await this.#learnOf(broadcast, name, base, signal);
      return "again";
    });
    const last = held ?? latest();
    if (!last) throw new Refusal("unavailable", "the broadcast's origin does not answer", 1_000);
    return last;
  }

  /** `again`: the origin fails. `behind`: it lives, and is to be asked once more. */
  #hold<T>(
    broadcast: Broadcast,
    ended: AbortSignal,
    attempt: (base: string, signal: AbortSignal, isOver: boolean) => Promise<T | "again" | "behind">,
  ): Promise<T | null> {
    const { clock, watches, holdMs, closing } = this.options;
    const { channelId } = broadcast;
    return hold<T>({
      clock,
      watches,
      channelId,
      holdMs,
      signals: [ended, closing],
      attempt: async (status, signal) => {
        const base = originUrl(status, broadcast.id);
        if (base === null) return "again";
        const outcome = await attempt(base, signal, status.ended);
        if (outcome === "again" && !signal.aborted) watches.doubt(channelId);
        return outcome === "behind" ? "again" : outcome;
      },
    });
  }

  /** Throws Refusal `not_found` for a rendition that an origin which has the broadcast does not list; one that was just started has yet to get it. */
  async #learnOf(broadcast: Broadcast, name: string, base: string, signal: AbortSignal) {
    if (broadcast.index) throw new Refusal("not_found");
    const answer = await this.#ask(`${base}index.m3u8`, signal);
    if (answer.kind !== "found" || !broadcast.acceptIndex(answer, this.options.clock.monoMs())) return;
    if (!this.#isListed(broadcast, name)) throw new Refusal("not_found");
  }

  /** Known from what was given out; a name that no playlist ever gave is not worth waiting for. */
  #isListed({ index, renditions }: Broadcast, name: string) {
    return renditions.has(name) || (index?.renditions.has(name) ?? false);
  }

  async #ask(url: string, signal: AbortSignal) {
    const answer = await askOrigin(url, signal);
    originRequests.inc({ outcome: answer.kind });
    return answer;
  }
}

const queryOf = (msn: number | null, part: number | null) =>
  msn === null ? "" : `?_HLS_msn=${msn}${part === null ? "" : `&_HLS_part=${part}`}`;
