// Looks at people when they say their first line in a room here: whether it is their first one ever, and whether they look like somebody who is
// banned there. Moderators are told; nobody is refused by it, and no line waits for it.

import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { Sql } from "#schema/database.ts";
import { isFirstLine } from "#schema/queries/chat/person-card.ts";
import { findSuspicion, suspicionsIn } from "#schema/queries/chat/suspicions.ts";
import { tellModerators } from "../moderator-news.ts";
import type { SaidLine } from "../say-queue.ts";
import { suspicionView } from "./suspicion-view.ts";

const PEOPLE_MAX = 50_000;
/** Looked at again after this time: they may look like somebody who was banned meanwhile. */
const AGAIN_MS = 30 * 60_000;
/** Looks at once; over it a person is looked at with their next line. */
const LOOKS_MAX = 20;

interface FirstLinesParts {
  sql: Sql;
  bus: Pick<Bus, "publish">;
  clock: Clock;
  log: Log;
}

export class FirstLines {
  /** Time of the last look, by channel and user. */
  readonly #lookedMs = new LruMap<string, number>(PEOPLE_MAX);
  #looks = 0;

  constructor(private readonly parts: FirstLinesParts) {}

  /** To be called for each line. Never throws. */
  said(line: SaidLine) {
    const key = `${line.channelId} ${line.userId}`;
    const nowMs = this.parts.clock.monoMs();
    const lookedMs = this.#lookedMs.get(key);
    if ((lookedMs !== undefined && nowMs - lookedMs < AGAIN_MS) || this.#looks >= LOOKS_MAX) return;
    this.#lookedMs.set(key, nowMs);
    this.#looks++;
    this.look(line)
      .catch((error: unknown) => {
        this.#lookedMs.delete(key);
        this.parts.log.warn({ channel: line.channelId, reason: reason(error) }, "somebody could not be looked at");
      })
      .finally(() => {
        this.#looks--;
      });
  }

  /** Resolves when moderators are told. */
  async look({ channelId, userId, lineId }: SaidLine) {
    const { sql, bus } = this.parts;
    const [isFirst, isFound] = await Promise.all([
      isFirstLine(sql, { channelId, userId }),
      findSuspicion(sql, { channelId, userId }),
    ]);
    if (isFirst) tellModerators(bus, { channelId, frame: { type: "newcomer", userId, lineId } });
    const [row] = isFound ? await suspicionsIn(sql, { channelId, userId, limit: 1 }) : [];
    if (row) tellModerators(bus, { channelId, frame: { type: "suspicious", userId, suspicion: suspicionView(row) } });
  }
}
