// The watcher and the dropper against an nginx that answers, hangs and comes back.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import type { IngestClient } from "../ingest.ts";
import type { Message } from "../rules/messages.ts";
import type { Session } from "../rules/state.ts";
import { fakeChannel, sessionOf } from "../testing.ts";
import type { ChannelChild } from "./child.ts";
import { type DropperParts, dropper } from "./dropper.ts";
import { encoderWatch } from "./encoder-watch.ts";

function against({ start }: ChannelChild<DropperParts, Session>) {
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
  const child = start(
    { ...sessionOf("1"), publicName: "name" },
    {
      parts: { clock, ingests: new Map([["main", ingest]]) },
      channel: fakeChannel(),
      self: { tell: (message) => told.push(message) },
    },
  );
  const list = (names: string[] | null) => {
    listed = names && new Set(names);
  };
  return { clock, child, list, told };
}

const dropping = () => against(dropper);
const gone: Message = { type: "encoderGone", session: "main/b/1" };

test("an encoder that is not listed for five seconds is gone", async () => {
  const { clock, list, told, child } = against(encoderWatch);
  await clock.settle(30_000, 100);
  list([]);
  await clock.settle(4_000, 100);
  list(["name"]);
  await clock.settle(30_000, 100);
  expect(told).toEqual([]);
  list([]);
  await clock.settle(6_500, 100);
  expect(told).toEqual([gone]);
  await clock.settle(30_000, 100);
  expect(told).toHaveLength(1);
  await child.stop("ask");
  expect(clock.waiting).toBe(0);
});

test("an nginx that is silent is told apart: first another node may be asked, then the encoder is gone", async () => {
  const { clock, list, told } = against(encoderWatch);
  const silent: Message = { type: "ingestSilent", session: "main/b/1" };
  await clock.settle(30_000, 100);
  list(null);
  await clock.settle(4_000, 100);
  expect(told).toEqual([]);
  await clock.settle(2_500, 100);
  expect(told).toEqual([silent]);
  list(["name"]);
  await clock.settle(30_000, 100);
  list(null);
  await clock.settle(7_000, 100);
  expect(told).toEqual([silent, silent]);
  await clock.settle(5_000, 100);
  expect(told).toEqual([silent, silent, gone]);
});

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
