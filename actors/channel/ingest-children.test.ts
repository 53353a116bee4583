// The dropper against an nginx that answers, hangs and comes back.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/clock.ts";
import type { Message } from "./decide.ts";
import type { IngestClient } from "./ingest.ts";
import { dropEncoder } from "./ingest-children.ts";

function dropping() {
  const clock = new ManualClock();
  /** Null: nginx does not answer. */
  let listed: Set<string> | null = new Set(["name"]);
  const ingest: IngestClient = {
    pullUrl: () => "",
    publishing: async () => listed,
    dropPublisher: async () => {
      if (!listed) throw new Error("silent");
    },
    dropPull: async () => {},
    sentBytes: async () => null,
  };
  const told: Message[] = [];
  const session = { ingest: "main", boot: "b", clientId: "1", publicName: "name", pullToken: "t" };
  const child = dropEncoder({ ...session, publishedAtMs: 0, encoder: "OBS" }, ingest, clock, {
    tell: (message) => told.push(message),
  });
  const list = (names: string[] | null) => {
    listed = names && new Set(names);
  };
  return { clock, child, list, told };
}

test("a session is dropped once it has not been listed for two seconds", async () => {
  const { clock, list, told, child } = dropping();
  await clock.settle(5_000, 100);
  list([]);
  await clock.settle(1_500, 100);
  expect(told).toEqual([]);
  await clock.settle(1_000, 100);
  expect(told).toEqual([{ type: "dropped", publicName: "name" }]);
  await child.stop("ask");
  expect(clock.waiting).toBe(0);
});

test("an nginx that is silent for a while is asked again; one that stays silent is gone", async () => {
  const { clock, list, told } = dropping();
  list(null);
  await clock.settle(20_000, 100);
  list(["name"]);
  await clock.settle(3_000, 100);
  expect(told).toEqual([]);
  list(null);
  await clock.settle(59_000, 100);
  expect(told).toEqual([]);
  await clock.settle(2_000, 100);
  expect(told).toEqual([{ type: "dropped", publicName: "name" }]);
});
