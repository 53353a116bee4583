// What the steps of a room's log share: judging a batch (judge-batch.ts), and storing it (commit-batch.ts, commit-aside.ts).

import { Refusal } from "#runtime/actor/actor.ts";
import type { Log } from "#runtime/base/log.ts";
import type { ChatBatch } from "#schema/wire/room.ts";
import type { Flight } from "./flight.ts";
import type { Patience } from "./patience.ts";
import type { LineQueue } from "./queue.ts";
import type { RoomJudge } from "./room-judge.ts";
import type { ChatStore } from "./store.ts";

export interface LogParts {
  channelId: string;
  epoch: number;
  log: Log;
  store: ChatStore;
  room: RoomJudge;
  flight: Flight;
  queue: LineQueue;
  patience: Patience;
  publish(batch: ChatBatch): void;
  /** New lines are taken, and halves of a batch have a turn of their own. */
  isOpen(): boolean;
  /** Nothing is stored or published any more. */
  isEnded(): boolean;
  /** Another epoch owns the channel: ends the room. */
  fenced(): void;
}

export const moved = () => new Refusal("moved", "the room has another owner");
