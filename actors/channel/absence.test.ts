// The whole system was off: one channel wakes with a row that was saved an hour ago, over stores in memory and an nginx that answers.

import { expect, test } from "bun:test";
import { MemoryChatStore } from "#actors/chat/log/store-memory.ts";
import type { Room } from "#actors/chat/room.ts";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { MemoryHub } from "#runtime/bus/bus-memory.ts";
import { MemoryStore } from "#runtime/store/store-memory.ts";
import type { BroadcastEntry } from "#schema/queries/channels/broadcast-writes.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { openChannel } from "./activation.ts";
import { equip } from "./children/child.ts";
import { dropper } from "./children/dropper.ts";
import { encoderWatch } from "./children/encoder-watch.ts";
import { recorder } from "./children/recorder.ts";
import { registrar } from "./children/registrar.ts";
import type { IngestClient } from "./ingest.ts";
import { NO_LIMITS } from "./rules/limits.ts";
import type { Event } from "./rules/state.ts";
import { given, lost, media, publish, published, ready } from "./rules/testing.ts";
import { createHistories } from "./source-history.ts";
import { ingestOf } from "./testing.ts";

const CHANNEL = "c1";
const HOUR_MS = 3_600_000;
const onAir: Event[] = [published("1"), { type: "pullAttached" }, ready, { type: "segmentClosed", media: media(7) }];

/** A channel that wakes `offMs` after its row was saved. `listed`: the names that nginx has; null: nginx does not answer. */
async function wake({ offMs, listed, events = onAir }: { offMs: number; listed: string[] | null; events?: Event[] }) {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const hub = new MemoryHub(clock);
  const id = { kind: "channel", key: CHANNEL };
  const claim = (believedEpoch: number) => store.actors.claim(id, { node: "n", believedEpoch, dead: null });
  const first = await claim(0);
  const { state } = given(...events);
  await store.actors.save({ ...id, epoch: first!.epoch, version: 1, state, answered: [], wakeAtMs: 0 });
  const savedMs = clock.wallMs();
  await clock.settle(offMs, 60_000);

  const nginx = { listed };
  const ingest: IngestClient = {
    ...ingestOf(),
    publishing: async () => nginx.listed && new Set(nginx.listed),
    dropPublisher: async () => {},
  };
  const written: BroadcastEntry[] = [];
  const statuses: ChannelStatus[] = [];
  hub.connect().subscribe(subjects.status(CHANNEL), (body) => statuses.push(body as ChannelStatus));
  const parts = {
    ...{ clock, ingests: new Map([["main", ingest]]) },
    broadcasts: { write: async (entry: BroadcastEntry) => written.push(entry) > 0, hasChannel: async () => true },
  };
  const node = {
    ...{ ...parts, random: new SeededRandom(1), nowMs: () => clock.wallMs(), bus: hub.connect() },
    store: store.actors,
    log: createLog({ name: "test", level: "silent" }),
    children: [
      equip(dropper, parts),
      equip(recorder, { ...parts, random: new SeededRandom(1), packagers: new Map(), recording: null }),
      equip(registrar, parts),
      equip(encoderWatch, parts),
    ],
    ...{
      graceMs: 90_000,
      limits: NO_LIMITS,
      histories: createHistories(),
      packagers: new Map(),
      forwards: new Map(),
      address: "http://node",
    },
    ...{ chat: new MemoryChatStore(), rooms: new Map<string, Room>(), roomQuietMs: 60_000 },
    handElsewhere() {},
    onCount() {},
  };
  const claimed = await claim(first!.epoch);
  const activation = openChannel(node, { key: CHANNEL, claimed: claimed!, onFenced() {}, mayWrite: () => true });
  const described = async () => {
    const answer = await activation.ask({ type: "describe" }, { id: "d", deadlineMonoMs: clock.monoMs() + 1_000 });
    return (answer as { value: ChannelStatus }).value;
  };
  return { clock, store, savedMs, nginx, written, statuses, activation, described };
}

test("after an hour off a channel is never shown as live; its broadcast ends at its last save, and the channel sleeps", async () => {
  for (const [events, endedAfterMs] of [
    [onAir, 0],
    [[...onAir, lost], null],
  ] as const) {
    const { clock, store, savedMs, written, statuses, described, activation } = await wake({
      ...{ offMs: HOUR_MS, listed: [], events: [...events] },
    });
    expect((await described()).phase).toBe("offline");
    await clock.settle(10_000, 50);
    expect(statuses.map(({ phase }) => phase)).not.toContain("live");
    expect(statuses.map(({ phase }) => phase)).not.toContain("lost");
    expect(statuses.at(-1)).toMatchObject({ phase: "offline", broadcastId: null });
    expect(written).toMatchObject([{ phase: "ended", id: "broadcast-1", endReason: "encoder_gone" }]);
    if (endedAfterMs !== null) expect(written[0]!.endedAtMs).toBe(savedMs + endedAfterMs);
    await clock.settle(120_000, 1_000);
    expect(activation.idleAtVersion).not.toBeNull();
    expect(store.rows.get(`channel/${CHANNEL}`)?.wakeAtMs).toBeNull();
  }
});

test("after an hour off an nginx that does not answer ends the broadcast too, at the same time", async () => {
  const { clock, savedMs, written, statuses } = await wake({ offMs: HOUR_MS, listed: null });
  await clock.settle(20_000, 100);
  expect(statuses.every(({ phase }) => phase === "offline")).toBe(true);
  expect(written).toMatchObject([{ phase: "ended", endedAtMs: savedMs }]);
});

test("after an hour without the store the encoder that nginx still has is live again within a second", async () => {
  const { clock, statuses, written, described } = await wake({ offMs: HOUR_MS, listed: ["public-1"] });
  await clock.settle(1_000, 50);
  expect(await described()).toMatchObject({ phase: "live", broadcastId: "broadcast-1" });
  expect(statuses.at(-1)).toMatchObject({ phase: "live" });
  expect(written).toMatchObject([{ phase: "live" }]);
});

test("an encoder that starts after an hour begins a broadcast of its own", async () => {
  const { clock, savedMs, written, activation, described } = await wake({ offMs: HOUR_MS, listed: null });
  const { fresh: _, ...asked } = publish("2") as Extract<ReturnType<typeof publish>, { type: "publish" }>;
  const session = { ingest: "main", boot: "another", clientId: "2" };
  void activation.ask({ ...asked, session }, { id: "p", deadlineMonoMs: clock.monoMs() + 8_000 });
  await clock.settle(2_000, 50);
  expect(written).toMatchObject([{ id: "broadcast-1", phase: "ended", endedAtMs: savedMs }]);
  expect(await described()).toMatchObject({ phase: "starting", broadcastId: null, startedAt: null });
});

test("after half a minute off a channel is shown as lost, and has the rest of its grace", async () => {
  const { clock, savedMs, written, statuses, described } = await wake({ offMs: 60_000, listed: [] });
  expect((await described()).phase).toBe("lost");
  await clock.settle(29_000, 50);
  expect(statuses.at(-1)).toMatchObject({ phase: "lost", broadcastId: "broadcast-1" });
  await clock.settle(2_000, 50);
  expect(statuses.at(-1)).toMatchObject({ phase: "offline", ended: true });
  expect(written.at(-1)).toMatchObject({ phase: "ended", endedAtMs: savedMs });
});
