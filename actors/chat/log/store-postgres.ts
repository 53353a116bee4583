// The room's store over PostgreSQL. The outcome of a statement without an answer in time is unknown: the room sends the statement again.

import type { Clock } from "#runtime/base/clock.ts";
import { StoreAway, StorePoisoned } from "#runtime/store/store.ts";
import { type Database, isRefused, sqlState } from "#schema/database.ts";
import { insertAct, roomRules } from "#schema/queries/chat/acts.ts";
import { insertAllowed, insertAside } from "#schema/queries/chat/asides.ts";
import { headSeq, insertLines, linesByNonce, readBackLines, roomEntries } from "#schema/queries/chat/entries.ts";
import { insertHeld, judgingRules } from "#schema/queries/chat/judging.ts";
import { insertVotes, votesByChoice } from "#schema/queries/chat/polls.ts";
import { raidWasTold } from "#schema/queries/chat/raids.ts";
import { storedEvents } from "#schema/queries/chat/room-events.ts";
import type { ChatStore } from "./store.ts";

/** Above `statement_timeout`: a statement that reaches it is on a broken connection or in the pool's queue. */
const ANSWER_WITHIN_MS = 6_000;

export function createPostgresChatStore({ sql }: Database, clock: Clock): ChatStore {
  return {
    insert: (batch) => ask((signal) => insertLines(sql, batch, signal)),
    act: (act) => ask((signal) => ("entry" in act ? insertAct(sql, act, signal) : insertAllowed(sql, act, signal))),
    aside: (aside) => ask((signal) => insertAside(sql, aside, signal)),
    hold: (batch) => ask((signal) => insertHeld(sql, batch, signal)),
    readBack: ({ channelId, epoch, ids }) =>
      ask(async (signal) => {
        const { owned, found } = await readBackLines(sql, { channelId, epoch, ids }, signal);
        return { owned, seqById: new Map(found.map((line) => [line.id, line.seq])) };
      }),
    byNonce: ({ channelId, lines }) =>
      ask((signal) => {
        const asked = lines.map((line) => ({ userId: line.user.id, nonce: line.nonce }));
        return linesByNonce(sql, { channelId, lines: asked }, signal);
      }),
    headSeq: (channelId) => ask((signal) => headSeq(sql, channelId, signal)),
    rules: (channelId) =>
      ask(async (signal) => {
        const [rules, judging] = await Promise.all([
          roomRules(sql, channelId, signal),
          judgingRules(sql, channelId, signal),
        ]);
        return { ...rules, judging };
      }),
    events: (channelId) => ask((signal) => storedEvents(sql, channelId, signal)),
    vote: (batch) => ask((signal) => insertVotes(sql, batch, signal)),
    votes: (poll) => ask((signal) => votesByChoice(sql, poll, signal)),
    raidWasTold: (raidId) => ask(() => raidWasTold(sql, raidId)),
    entries: ({ channelId, after, upTo, limit }) =>
      ask((signal) =>
        roomEntries(sql, { channelId, before: upTo + 1, limit, ...(after === null ? {} : { after }) }, signal),
      ),
  };

  async function ask<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const given = new AbortController();
    const late = Promise.withResolvers<never>();
    const cancel = clock.timer(ANSWER_WITHIN_MS, () => {
      late.reject(new StoreAway(`no answer within ${ANSWER_WITHIN_MS} ms`));
      given.abort();
    });
    try {
      return await Promise.race([work(given.signal), late.promise]);
    } catch (error) {
      if (error instanceof StoreAway) throw error;
      if (isRefused(error)) throw new StorePoisoned(sqlState(error), { cause: error });
      throw new StoreAway(error instanceof Error ? error.message : String(error), { cause: error });
    } finally {
      cancel();
    }
  }
}
