// Measures the time from a fault until the actor answers, a line is stored and new media is listed.

import { until } from "#ops/tests/support/until.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import type { Show } from "../show.ts";
import type { Stage } from "../stage.ts";

/** Longer than the longest fault, which takes a minute. */
const CALL_WITHIN_MS = 100_000;
const RECOVERY_WITHIN_MS = 105_000;

export interface Recovery {
  /** Time to the first answer to a call started at the fault. */
  callMs: number;
  /** Time until a line sent after the fault was stored. */
  lineMs: number;
  /** Time until a new part was listed; after a take-over, a part of the new owner. */
  pictureMs: number;
  /** Time until a complete segment with a higher number was listed. */
  numberMs: number;
  /** Time until a higher epoch was claimed; null: the owner stayed. */
  takeOverMs: number | null;
}

/** Call it at the moment of the fault. `takenOver`: whether to wait for a higher epoch. */
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

/** Sum of a node's metric over all labels; 0 when it was never counted. */
export async function metricOf(stage: Stage, node: string, name: string): Promise<number> {
  const text = await (await fetch(`${stage.system.internalUrl(node)}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(name) && !line.startsWith("#"));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
