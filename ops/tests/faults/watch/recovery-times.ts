// From the moment of a fault: how long until the actor answers, a line is stored, a new picture is listed.

import { until } from "#ops/tests/support/until.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import type { Show } from "../show.ts";
import type { Stage } from "../stage.ts";

/** The longest fault takes a minute. */
const CALL_WITHIN_MS = 100_000;
const RECOVERY_WITHIN_MS = 105_000;

export interface Recovery {
  /** Until the first answer to a call that began at the fault. */
  callMs: number;
  /** Until a line that was begun after the fault was stored. */
  lineMs: number;
  /** Until a part that nobody had seen was listed; after a take-over, one of the new owner. */
  pictureMs: number;
  /** Until a higher number was listed whole. */
  numberMs: number;
  /** Until a higher epoch was claimed; null: the owner stayed. */
  takeOverMs: number | null;
}

/** Call it at the very moment. `takenOver`: whether a higher epoch is awaited. */
export function measureRecovery(stage: Stage, show: Show, epoch: number, takenOver: boolean): Promise<Recovery> {
  const { player, room, channel } = show;
  const startMs = performance.now();
  const before = player.newest;
  const patience = { withinMs: RECOVERY_WITHIN_MS, everyMs: 20 };
  const isNew = ({ part, partEpoch }: { part: string; partEpoch: number }) =>
    takenOver ? partEpoch > epoch : part !== before?.part;
  const call = stage.caller
    .call<ChannelStatus>("channel", channel.id, { type: "describe" }, { timeoutMs: CALL_WITHIN_MS })
    .then(() => performance.now() - startMs);
  const takeOver = takenOver
    ? until("a higher epoch", async () => (await show.owner()).epoch > epoch, patience).then(
        () => performance.now() - startMs,
      )
    : Promise.resolve(null);
  const line = until("a stored line", () => room.firstStoredMs(startMs), patience);
  const picture = until("a new part", () => player.firstMs(startMs, isNew), patience);
  const number = until(
    "a new number",
    () =>
      player.firstMs(startMs, ({ last, partEpoch }) => last > (before?.last ?? 0) && (!takenOver || partEpoch > epoch)),
    patience,
  );
  return Promise.all([call, line, picture, number, takeOver]).then(
    ([callMs, lineMs, pictureMs, numberMs, takeOverMs]) => ({ callMs, lineMs, pictureMs, numberMs, takeOverMs }),
  );
}

/** Value of a metric of a node, all labels together; 0 when it was never counted. */
export async function metricOf(stage: Stage, node: string, name: string): Promise<number> {
  const text = await (await fetch(`${stage.system.internalUrl(node)}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(name) && !line.startsWith("#"));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
