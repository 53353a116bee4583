// Playlists for viewers: the newest version while it is fresh, else one request to the origin. Without an origin the last one is repeated.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { mediaPath, SEGMENTS_AHEAD_MAX } from "#schema/wire/media.ts";
import type { Broadcast, Index, RenditionMemory } from "./broadcast.ts";
import type { Directives } from "./live-url.ts";
import { noAnswer, type Origin, type OriginReader } from "./origin-reader.ts";
import type { OriginAnswer } from "./origin-request.ts";
import { contains } from "./playlist.ts";
import type { Version } from "./version.ts";
import { requireWatchable } from "./watchable.ts";

/** A request without directives gets a version of this age without the origin: it is less than half a part old. */
const FRESH_MS = 200;
/** A blocking request whose part exists gets a version of this age: its player is behind, not ahead. */
const FRESH_ENOUGH_MS = 1_000;
const INDEX_FRESH_MS = 1_000;

interface PlaylistsOptions {
  clock: Clock;
  log: Log;
  reader: OriginReader;
  /** Called for each new version of a rendition. */
  onVersion(broadcast: Broadcast, rendition: RenditionMemory): void;
}

export class Playlists {
  constructor(private readonly options: PlaylistsOptions) {}

  /** The multivariant playlist. Throws Refusal: `offline`, `unavailable`, `busy`. */
  async index(broadcast: Broadcast, signal: AbortSignal): Promise<Index> {
    const { index } = broadcast;
    if (index && this.options.clock.monoMs() - index.heardMs < INDEX_FRESH_MS) return index;
    return broadcast.indexTasks.join("index", signal, (ended) => this.#readIndex(broadcast, ended));
  }

  /** A media playlist that satisfies the directives, or the last one while none can be had.
   *  Throws Refusal: `offline`, `not_found`, `bad_directive`, `unavailable`, `busy`. */
  async media(broadcast: Broadcast, name: string, asked: Directives, signal: AbortSignal): Promise<Version> {
    const latest = broadcast.renditions.get(name)?.latest;
    let { msn, part } = asked;
    if (latest) {
      const ageMs = this.options.clock.monoMs() - latest.heardMs;
      if (latest.playlist.ended) return latest;
      const has = msn === null || contains(latest.playlist, msn, part);
      if (has && ageMs < (msn === null ? FRESH_MS : FRESH_ENOUGH_MS)) return latest;
      if (has) [msn, part] = [null, null]; // The part exists: the newest playlist will do.
    }
    const key = `${name}${queryOf(msn, part)}`;
    try {
      return await broadcast.playlistTasks.join(key, signal, (ended) =>
        this.#readMedia(broadcast, name, { msn, part }, ended),
      );
    } catch (error) {
      // Too many requests wait: the last version is better than a refusal.
      if (latest && error instanceof Refusal && error.code === "busy") return latest;
      throw error;
    }
  }

  async #readIndex(broadcast: Broadcast, ended: AbortSignal): Promise<Index> {
    for await (const { status, origin } of this.options.reader.attempts(broadcast, ended)) {
      requireWatchable(status, broadcast.id);
      if (!origin) continue;
      const answer = await origin.ask("index.m3u8");
      if (answer.kind === "found" && broadcast.acceptIndex(answer, this.options.clock.monoMs()))
        return broadcast.index!;
      if (answer.kind === "absent" && status.ended) throw new Refusal("offline");
      origin.doubt();
    }
    if (!broadcast.index) throw noAnswer();
    return broadcast.index;
  }

  async #readMedia(
    broadcast: Broadcast,
    name: string,
    { msn, part }: Omit<Directives, "skip">,
    ended: AbortSignal,
  ): Promise<Version> {
    const { clock, reader } = this.options;
    const latest = () => broadcast.renditions.get(name)?.latest;
    let isBehind = false;
    for await (const { status, origin } of reader.attempts(broadcast, ended)) {
      requireWatchable(status, broadcast.id);
      if (!origin) continue;
      // A new owner starts with a window that ends before the last version: the request blocks there until its playlist goes on.
      const query = isBehind ? queryOf(latest()?.headNumber ?? null, null) : queryOf(msn, part);
      const askedMs = clock.monoMs();
      const answer = await origin.ask(`${mediaPath.playlist(name)}${query}`);
      if (answer.kind === "found") {
        const version = this.#accept(broadcast, name, answer, askedMs);
        if (version) return version;
        if (!isBehind) this.#logBehind(broadcast, name, answer.epoch);
        isBehind = true;
        continue;
      }
      isBehind = false;
      if (answer.kind === "bad" && msn !== null && msn > (latest()?.headNumber ?? -1) + SEGMENTS_AHEAD_MAX)
        throw new Refusal("bad_directive", "that segment is too far ahead");
      if (answer.kind === "absent" && status.ended) throw new Refusal("offline");
      if (answer.kind === "absent") await this.#requireListed(broadcast, name, origin);
      origin.doubt();
    }
    const last = latest();
    if (!last) throw noAnswer();
    return last;
  }

  #accept(broadcast: Broadcast, name: string, answer: Extract<OriginAnswer, { kind: "found" }>, askedMs: number) {
    const before = broadcast.renditions.get(name)?.latest;
    const version = broadcast.accept(name, answer, askedMs, this.options.clock.monoMs());
    if (version && version !== before) this.options.onVersion(broadcast, broadcast.renditions.get(name)!);
    return version;
  }

  /** Throws Refusal `not_found` for a rendition that no playlist lists. An origin that was just started may have no index yet: then the
   *  rendition may still come. */
  async #requireListed(broadcast: Broadcast, name: string, origin: Origin) {
    const isListed = () => broadcast.renditions.has(name) || (broadcast.index?.renditions.has(name) ?? false);
    if (isListed()) return;
    if (broadcast.index) throw new Refusal("not_found");
    const answer = await origin.ask("index.m3u8");
    if (answer.kind !== "found" || !broadcast.acceptIndex(answer, this.options.clock.monoMs())) return;
    if (!isListed()) throw new Refusal("not_found");
  }

  #logBehind({ id, channelId }: Broadcast, rendition: string, epoch: number | null) {
    const fields = { channel: channelId, broadcast: id, epoch, rendition };
    this.options.log.info(fields, "origin's playlist is behind what was given out");
  }
}

const queryOf = (msn: number | null, part: number | null) =>
  msn === null ? "" : `?_HLS_msn=${msn}${part === null ? "" : `&_HLS_part=${part}`}`;
