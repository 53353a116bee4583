// Playlists for viewers: the newest version while it is fresh, else one request to the origin. Without an origin the last one is repeated.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { mediaPath, SOURCE_RENDITION } from "#schema/wire/media.ts";
import { awaitedOf, type Position } from "./awaited.ts";
import type { Broadcast, Index, RenditionMemory } from "./broadcast.ts";
import type { Directives } from "./live-url.ts";
import { noAnswer, type OriginReader } from "./origin-reader.ts";
import type { OriginAnswer } from "./origin-request.ts";
import { contains } from "./playlist.ts";
import type { Version } from "./version.ts";
import { requireWatchable } from "./watchable.ts";

/** A request without directives gets a version of this age without the origin: it is less than half a part old. */
const FRESH_MS = 200;
/** A blocking request whose part exists gets a version of this age: its player is behind, not ahead. */
const FRESH_ENOUGH_MS = 1_000;
const INDEX_FRESH_MS = 1_000;
/** A part that cannot come next waits for the end of its segment, then for the next segment's first part. */
const STEPS_MAX = 4;

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
  async index(broadcast: Broadcast, signal: AbortSignal, freshMs = INDEX_FRESH_MS): Promise<Index> {
    const { index } = broadcast;
    if (index && this.options.clock.monoMs() - index.heardMs < freshMs) return index;
    return broadcast.indexTasks.join("index", signal, (ended) => this.#readIndex(broadcast, ended));
  }

  /** A media playlist that satisfies the directives, or the last one while none can be had.
   *  Throws Refusal: `offline`, `not_found`, `withdrawn`, `bad_directive`, `unavailable`, `busy`. */
  async media(broadcast: Broadcast, name: string, { msn, part }: Directives, signal: AbortSignal): Promise<Version> {
    const { clock } = this.options;
    const known = broadcast.renditions.get(name)?.latest;
    let isNewest = known ? clock.monoMs() - known.heardMs < FRESH_MS : true;
    if (!known) await this.#requireListed(broadcast, name, signal);
    let latest = known ?? (await this.#read(broadcast, name, null, signal));
    if (latest.playlist.ended) return latest;
    if (msn === null) return isNewest ? latest : this.#read(broadcast, name, null, signal);
    for (let step = 0; step < STEPS_MAX; step++) {
      const awaited = awaitedOf(latest, { msn, part });
      // The part exists: the newest playlist will do.
      if (awaited.kind === "listed") {
        const isFresh = clock.monoMs() - latest.heardMs < FRESH_ENOUGH_MS;
        return isFresh ? latest : this.#read(broadcast, name, null, signal);
      }
      if ((awaited.kind === "far" || awaited.kind === "too_far") && !isNewest) {
        // The player may know a newer playlist from another edge.
        const askedMs = clock.monoMs();
        latest = await this.#read(broadcast, name, null, signal);
        if (latest.heardMs < askedMs || latest.playlist.ended) return latest; // Repeated, since no owner has answered.
        isNewest = true;
        continue;
      }
      if (awaited.kind === "too_far") throw new Refusal("bad_directive", "that segment is too far ahead");
      latest = await this.#read(broadcast, name, awaited, signal);
      const isAnswer = awaited.msn === msn && awaited.part === part;
      if (isAnswer || !contains(latest.playlist, awaited.msn, awaited.part)) return latest;
    }
    return latest;
  }

  /** The playlist once it has `awaited`; null: the newest one. Requests for the same share one at the origin. */
  async #read(broadcast: Broadcast, name: string, awaited: Position | null, signal: AbortSignal): Promise<Version> {
    const query = awaited ? queryOf(awaited) : "";
    try {
      return await broadcast.playlistTasks.join(`${name}${query}`, signal, (ended) =>
        this.#readMedia(broadcast, name, query, ended),
      );
    } catch (error) {
      const latest = broadcast.renditions.get(name)?.latest;
      // Too many requests wait: the last version is better than a refusal.
      if (latest && error instanceof Refusal && error.code === "busy") return latest;
      throw error;
    }
  }

  /** Throws Refusal `not_found` for a rendition that the multivariant playlist does not list. */
  async #requireListed(broadcast: Broadcast, name: string, signal: AbortSignal) {
    if (name === SOURCE_RENDITION || broadcast.index?.renditions.has(name)) return;
    const { renditions } = await this.index(broadcast, signal, FRESH_MS);
    if (!renditions.has(name)) throw new Refusal("not_found");
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

  async #readMedia(broadcast: Broadcast, name: string, wanted: string, ended: AbortSignal): Promise<Version> {
    const { clock, reader } = this.options;
    const latest = () => broadcast.renditions.get(name)?.latest;
    let isBehind = false;
    for await (const { status, origin } of reader.attempts(broadcast, ended)) {
      requireWatchable(status, broadcast.id);
      if (!origin) continue;
      // A new owner starts with a window that ends before the last version: the request blocks there until its playlist goes on.
      const last = latest();
      const query = isBehind && last ? queryOf({ msn: last.headNumber, part: null }) : wanted;
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
      if (answer.kind === "withdrawn") {
        broadcast.doubtIndex();
        throw new Refusal("withdrawn");
      }
      if (answer.kind === "absent" && status.ended) throw new Refusal("offline");
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

  #logBehind({ id, channelId }: Broadcast, rendition: string, epoch: number | null) {
    const fields = { channel: channelId, broadcast: id, epoch, rendition };
    this.options.log.info(fields, "origin's playlist is behind what was given out");
  }
}

const queryOf = ({ msn, part }: Position) => `?_HLS_msn=${msn}${part === null ? "" : `&_HLS_part=${part}`}`;
