// Publish tickets: a right to publish to a channel once, within a minute. Relays get one for each publisher by WHIP, so that they never have a
// stream key; the page of a channel's owner gets one in place of the key, which nobody can show again.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { poll } from "#runtime/base/poll.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Sql } from "#schema/database.ts";
import { deleteOldPublishTickets, insertPublishTicket } from "#schema/queries/channels/publish-tickets.ts";
import { newPublishTicket } from "./stream-key.ts";

/** From an offer to the first picture at the ingest: ICE, DTLS, and a keyframe. */
export const PUBLISH_TICKET_MS = 60_000;
const SWEEP_EVERY_MS = 10 * 60_000;
/** Per statement, so that none takes long; the next sweep continues. */
const ROWS_MAX = 5_000;

interface Publisher {
  channelId: string;
  /** Name of the program that publishes; null: RTMP says it. */
  encoder: string | null;
}

export interface PublishTickets {
  issue(publisher: Publisher): Promise<string>;
}

export function createPublishTickets({ sql, random }: { sql: Sql; random: Random }): PublishTickets {
  return {
    async issue(publisher) {
      const ticket = newPublishTicket(random);
      await insertPublishTicket(sql, { ...publisher, ticket, lifeMs: PUBLISH_TICKET_MS });
      return ticket;
    },
  };
}

/** Every edge sweeps. Returns stop. */
export const sweepPublishTickets = ({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): (() => void) =>
  poll({
    clock,
    log,
    everyMs: SWEEP_EVERY_MS,
    failure: "publish tickets were not swept",
    look: async () => void (await deleteOldPublishTickets(sql, { limit: ROWS_MAX })),
  });
