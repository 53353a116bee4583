// A low-latency player without a decoder: blocking reload, parts by hint, delta updates. It checks every answer.

import type { Tally } from "#ops/tests/support/hls/check.ts";
import { type Directives, reloadChecks } from "#ops/tests/support/hls/checks/reload.ts";
import { directivesQuery, hintedPart, nextDirectives, partsAfter } from "#ops/tests/support/hls/player.ts";
import { HttpConnection } from "./http-connection.ts";
import type { Known, SharedKnowledge } from "./shared-knowledge.ts";

const AGAIN_MS = 200;
/** One in so many parts is compared byte by byte with what others got. */
const HASHED_EVERY = 50;

export const partCheck = { name: "a listed or hinted part is answered whole, the same to everyone", section: "6.2.6" };

export interface PlayerCounts {
  playlists: number;
  parts: number;
  bytes: number;
  /** Connections that broke. */
  broken: number;
  /** From the first player that had a playlist to this one, ms. */
  behindMs: number[];
  /** Longest time without a new part, ms. */
  stillMs: number;
}

interface PlayerOptions {
  /** URL of the media playlist. */
  url: URL;
  tally: Tally;
  shared: SharedKnowledge;
  /** Reads playlists only. */
  blind?: boolean;
  /** Asks for delta updates. */
  delta: boolean;
  counts: PlayerCounts;
}

/** Plays until `isOver`, or until the broadcast ends. */
export async function play(options: PlayerOptions, isOver: () => boolean): Promise<void> {
  const player = new Player(options, isOver);
  await player.run();
}

class Player {
  readonly #lists: HttpConnection;
  readonly #media: HttpConnection;
  #known: Known | null = null;
  #lastPart: string | null = null;
  #movedMs = performance.now();
  #fresh = Promise.withResolvers<void>();

  constructor(
    private readonly options: PlayerOptions,
    private readonly isOver: () => boolean,
  ) {
    const place = { hostname: options.url.hostname, port: Number(options.url.port || 80) };
    this.#lists = new HttpConnection(place);
    this.#media = new HttpConnection(place);
  }

  async run() {
    const ended = () => this.isOver() || (this.#known?.playlist.ended ?? false);
    const parts = this.options.blind ? Promise.resolve() : this.#playParts(ended);
    while (!ended()) if (!(await this.#reload())) await Bun.sleep(AGAIN_MS);
    this.#fresh.resolve();
    this.#media.close();
    await parts;
    this.#lists.close();
  }

  async #reload(): Promise<boolean> {
    const { url, tally, shared, delta, counts } = this.options;
    const before = this.#known;
    const asked: Directives = before ? { ...nextDirectives(before.playlist), skip: delta } : {};
    const answer = await this.#lists.get(`${url.pathname}${directivesQuery(asked)}`, { keep: true });
    if (this.isOver()) return true;
    if (answer.status === 0) counts.broken++;
    const nowMs = performance.now();
    const { status, contentType, tookMs } = answer;
    const known = status === 200 ? shared.playlist(url.pathname, answer.text!, before, nowMs) : null;
    const playlist = known?.playlist ?? null;
    if (status !== 200 || known)
      tally.run(
        reloadChecks,
        { asked, status, contentType, tookMs, before: before?.playlist ?? null, playlist },
        url.pathname,
      );
    this.#known = known;
    if (!known) return status === 200; // The whole playlist is asked for at once.
    counts.playlists++;
    // The first player to have it measures nothing, and a player that joins late was not waiting.
    if (before && before.key !== known.key) {
      counts.behindMs.push(nowMs - known.firstMs);
      counts.stillMs = Math.max(counts.stillMs, nowMs - this.#movedMs);
      this.#movedMs = nowMs;
    }
    this.#fresh.resolve();
    this.#fresh = Promise.withResolvers();
    return true;
  }

  async #playParts(ended: () => boolean) {
    let asked = 0;
    while (!ended()) {
      const playlist = this.#known?.playlist;
      const due = playlist ? partsAfter(playlist, this.#lastPart).map(({ uri }) => uri) : [];
      const hint = playlist ? hintedPart(playlist) : null;
      const next = due[0] ?? (hint === this.#lastPart ? null : hint);
      if (next === null) {
        await this.#fresh.promise;
        continue;
      }
      const listed = due.length > 0;
      await this.#part(next, { listed, hashed: asked++ % HASHED_EVERY === 0 }, ended);
    }
  }

  async #part(uri: string, { listed, hashed }: { listed: boolean; hashed: boolean }, ended: () => boolean) {
    const { url, tally, shared, counts } = this.options;
    const { pathname } = new URL(uri, url);
    const { status, length, hash } = await this.#media.get(pathname, { hashed });
    if (ended()) return;
    if (status === 0) counts.broken++;
    if (status === 200) {
      counts.parts++;
      counts.bytes += length;
      const isSame = length > 0 && shared.isSamePart(pathname, length, hash);
      tally.note(partCheck, isSame ? [] : [`${pathname}: ${length} other bytes`]);
      this.#lastPart = uri;
      return;
    }
    // A hint may be given up when an owner changes; a listed part must be there.
    if (listed) {
      tally.note(partCheck, [`${pathname}: HTTP ${status}`]);
      this.#lastPart = uri;
    } else await Promise.race([this.#fresh.promise, Bun.sleep(AGAIN_MS)]);
  }
}
