// Hands a running channel over to another node (ops/decisions/0007-hand-over.md). The room closes; FFmpeg and packager continue, and stay
// readable here until viewers read at the new owner.

import type { Cell } from "#runtime/actor/cell.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { Audience } from "./audience.ts";
import { ROOM } from "./children/room.ts";
import type { ChannelNode } from "./node.ts";
import { lastNumberOf } from "./rules/channel.ts";
import { HANDED_OVER_MS } from "./rules/decide.ts";
import type { Effect, Message } from "./rules/messages.ts";
import { broadcastOf, type Event, type State } from "./rules/state.ts";

const HAND_OVER_WITHIN_MS = 2_000;
/** Time for responses that are still on their way to an edge. */
const LAST_BYTES_MS = 300;

interface HandOverOptions {
  channelId: string;
  epoch: number;
  node: Pick<ChannelNode, "bus" | "clock" | "address" | "packagers">;
  cell: Cell<State, Message, Event, Effect>;
  audience: Audience;
}

/** See Activation. */
export async function handOver(options: HandOverOptions): Promise<(taken: boolean) => Promise<void>> {
  const { epoch, node, cell, audience } = options;
  await cell.unwant(ROOM);
  const deadlineMonoMs = node.clock.monoMs() + HAND_OVER_WITHIN_MS;
  const message = { type: "handOver", origin: node.address } as const;
  const answer = await cell.ask(message, { id: `hand over ${epoch}`, deadlineMonoMs });
  if (!answer.ok) throw new Error(`not saved: ${answer.code}`);
  audience.stop();
  cell.retire();
  const broadcast = broadcastOf(cell.savedState);
  if (broadcast?.media) node.packagers.get(broadcast.id)?.endAfter(lastNumberOf(broadcast.media));
  const successor = broadcast && successorShows(options);
  return async (taken) => {
    if (taken) await successor;
    await cell.close("kill");
  };
}

/** Resolves shortly after viewers read at the new owner, or after HANDED_OVER_MS. */
function successorShows({ channelId, epoch, node: { bus, clock, address } }: HandOverOptions): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      void subscription.drain().then(resolve, resolve);
    };
    let cancel = clock.timer(HANDED_OVER_MS, done);
    const subscription = bus.subscribe(subjects.status(channelId), (body) => {
      const status = body as ChannelStatus;
      if (status.epoch <= epoch || status.origin === address) return;
      cancel();
      cancel = clock.timer(LAST_BYTES_MS, done);
    });
  });
}
