// A room's owner for tests of edges: claims the channel on a real PostgreSQL, and answers on a real NATS like the channel's actor.

import { createPostgresChatStore } from "#actors/chat/log/store-postgres.ts";
import { openRoom, type Room } from "#actors/chat/room.ts";
import type { Refusal } from "#runtime/actor/actor.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { Database } from "#schema/database.ts";
import type { CallAnswer, CallRequest } from "#schema/wire/call.ts";
import type { RoomRequest } from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";

const log = createLog({ name: "test", level: process.env.TEST_LOG ?? "silent" });

export interface RoomOwner {
  room: Room;
  /** The channel may be claimed again. */
  stop(): Promise<void>;
  /** Like the death of its process: what is in flight has no answer. */
  kill(): Promise<void>;
}

export async function ownRoom({
  database,
  bus,
  channelId,
  caller,
}: {
  database: Database;
  bus: Bus;
  channelId: string;
  /** For raids. */
  caller?: Caller;
}): Promise<RoomOwner> {
  const [row] = await database.sql<{ epoch: number }[]>`
    INSERT INTO actors AS a (kind, key, epoch) VALUES ('channel', ${channelId}, 1)
    ON CONFLICT (kind, key) DO UPDATE SET epoch = a.epoch + 1 RETURNING epoch`;
  const { epoch } = row!;
  const room = openRoom({
    ...{ channelId, epoch, clock: systemClock, random: systemRandom, log },
    store: createPostgresChatStore(database, systemClock),
    nowMs: () => Date.now(),
    publish: (batch) => bus.publish(subjects.chat(channelId), batch),
    ...(caller && { askRoom: (id: string, request: object) => caller.call("channel", id, request) }),
    onFenced: () => {},
  });
  const status = () => ({ channelId, epoch, phase: "offline", broadcastId: null, headSeq: room.headSeq, viewers: 0 });
  const subscription = bus.subscribe(subjects.actor("channel", channelId), (body, respond) => {
    const { id, remainingMs, message } = body as CallRequest<RoomRequest | { type: "describe" }>;
    if (message.type === "describe")
      return respond({ ok: true, value: status(), node: "n", epoch } satisfies CallAnswer);
    room.handle(message, { id, deadlineMonoMs: systemClock.monoMs() + remainingMs }).then(
      (value) => respond({ ok: true, value, node: "n", epoch } satisfies CallAnswer),
      ({ code, retryAfterMs }: Refusal) =>
        respond({ ok: false, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), node: "n", epoch }),
    );
  });
  await bus.flush();
  return {
    room,
    async stop() {
      await subscription.drain();
      await room.stop("ask");
    },
    async kill() {
      await Promise.all([subscription.drain(), room.stop("kill")]);
    },
  };
}
