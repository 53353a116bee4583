// Counts views of videos and of clips: a session that has asked for a media playlist, once in a day. Edges collect what they see and write it every few seconds.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import { poll } from "#runtime/base/poll.ts";
import type { Sql } from "#schema/database.ts";
import { countViews, forgetOldViews, type View } from "#schema/queries/videos/views.ts";

const WRITE_MS = 5_000;
/** In one statement. */
const WRITTEN_MAX = 500;
/** Views that wait for the database; over it new ones are not counted. */
const WAITING_MAX = 20_000;
/** Sessions that this edge has counted lately, so that a player that asks again costs no query; one that asks later is found there. */
const SEEN_MAX = 50_000;
const SEEN_MS = 3_600_000;
const FORGET_MS = 10 * 60_000;
const FORGOTTEN_MAX = 5_000;

export class ViewCounter {
  readonly #seen = new LruMap<string, number>(SEEN_MAX);
  readonly #waiting = new Map<string, View>();
  readonly #stops: (() => void)[];

  constructor(private readonly options: { sql: Sql; clock: Clock; log: Log }) {
    const { sql, clock, log } = options;
    this.#stops = [
      poll({ clock, log, everyMs: WRITE_MS, failure: "views are not written", look: () => this.write() }),
      poll({
        clock,
        log,
        everyMs: FORGET_MS,
        failure: "old views were not forgotten",
        look: async () => void (await forgetOldViews(sql, FORGOTTEN_MAX)),
      }),
    ];
  }

  watched(view: View) {
    const key = `${view.id} ${view.session}`;
    const seenMs = this.#seen.get(key);
    const nowMs = this.options.clock.monoMs();
    if (seenMs !== undefined && nowMs - seenMs < SEEN_MS) return;
    if (this.#waiting.size >= WAITING_MAX) return;
    this.#seen.set(key, nowMs);
    this.#waiting.set(key, view);
  }

  /** Writes what waits; it waits on when that fails, since a view that is said twice counts once. */
  async write() {
    while (this.#waiting.size > 0) {
      const some = [...this.#waiting].slice(0, WRITTEN_MAX);
      await countViews(
        this.options.sql,
        some.map(([, view]) => view),
      );
      for (const [key] of some) this.#waiting.delete(key);
    }
  }

  stop() {
    for (const stop of this.#stops) stop();
  }
}
