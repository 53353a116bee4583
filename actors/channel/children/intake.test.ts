// The intake as a child of its channel, with the shipping packager: messages of an encoder in, what the channel is told out.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import type { RtmpPullOptions } from "#transcoding/intake/rtmp/pull.ts";
import { allowedRungs } from "#transcoding/ladder/setting.ts";
import { Packager } from "#transcoding/packager/packager.ts";
import { LadderPlan } from "../ladder-plan.ts";
import type { Message } from "../rules/messages.ts";
import { createHistories } from "../source-history.ts";
import type { RunningSource } from "../sources.ts";
import { fakeChannel, ingestOf, sessionOf } from "../testing.ts";
import { intake } from "./intake.ts";

/** 320x180 as x264 writes it; an IDR picture, another picture; AAC-LC of 48 kHz, stereo. */
const AVC_HEADER = Uint8Array.fromHex(
  "17000000000142c00bffe100186742c00bda05067e7c044000000300400000030103c50aa801000468ce0fc8",
);
/** The same as 4:4:4. */
const AVC_444_HEADER = Uint8Array.fromHex(
  "170000000001f4000bffe1001a67f4000b919681419f8dc044000003000400000300503c50aa8001000568ce0f1920fff8f800",
);
const KEYFRAME = Uint8Array.of(0x17, 1, 0, 0, 0, 0, 0, 0, 4, 0x65, 0x88, 0x84, 0);
const PICTURE = Uint8Array.of(0x27, 1, 0, 0, 0, 0, 0, 0, 4, 0x41, 0x9a, 0, 0);
const AAC_HEADER = Uint8Array.of(0xaf, 0, 0x11, 0x90);
const PICTURE_MS = 100;
const [AUDIO, VIDEO] = [8, 9];

function start({ ladder = "480p" } = {}) {
  const clock = new ManualClock();
  const packager = new Packager({
    ...{ broadcastId: "b1", epoch: 1, renditions: ["source"], clock, resume: null, startNumber: 0 },
    onEvent: (event) => told.push({ ...event, type: `packager ${event.type}` }),
  });
  const told: { type: string }[] = [];
  let pull: RtmpPullOptions | undefined;
  let closed = 0;
  const sources = new Map<string, RunningSource>();
  const parts = {
    clock,
    nowMs: () => clock.wallMs(),
    connect: (options: RtmpPullOptions) => {
      pull = options;
      return { close: () => void closed++ };
    },
    ingests: new Map([["main", ingestOf()]]),
    packagers: new Map([["b1", packager]]),
    sources,
    histories: createHistories(),
    ladderPlan: new LadderPlan({
      allowed: allowedRungs(ladder),
      preset: "veryfast",
      encoder: { name: "software", vaapiDevice: "" },
      budgetCores: 8,
    }),
  };
  const broadcast = { id: "b1", liveAtMs: null, media: null, startNumber: 0 };
  const child = intake.start(
    { session: sessionOf("1"), attempt: 1, broadcast, ladder: null },
    { parts, channel: fakeChannel(), self: { tell: (message: Message) => told.push(message) } },
  );
  /** The encoder sends, from its own time 0, a keyframe each second. */
  const flow = (ms: number, header = AVC_HEADER) => {
    const send = (type: number, timestamp: number, body: Uint8Array) => pull!.onMessage({ type, timestamp, body });
    send(VIDEO, 0, header);
    send(AUDIO, 0, AAC_HEADER);
    for (let timestamp = 0; timestamp < ms; timestamp += PICTURE_MS) {
      send(VIDEO, timestamp, timestamp % 1_000 === 0 ? KEYFRAME : PICTURE);
      clock.advance(PICTURE_MS);
    }
  };
  const types = () => told.map(({ type }) => type);
  return { clock, child, told, types, flow, sources, pull: () => pull!, closed: () => closed };
}

test("what nginx accepts and what the encoder sends is told: attached, clock, rungs, ready", () => {
  const { pull, told, types, flow, sources } = start();
  pull().onStatus("NetStream.Play.Start", "");
  expect(told).toEqual([{ type: "pulled", publicName: "public-1" }] as Message[]);
  flow(6_000);
  expect(types()).toContain("packager ready");
  expect(told).toContainEqual(
    expect.objectContaining({ type: "clockMoved", publicName: "public-1", clock: expect.anything() }),
  );
  // 320x180 has nothing above 160p, which was not asked for.
  expect(told).toContainEqual({
    type: "ladderChosen",
    publicName: "public-1",
    attempt: 1,
    rungs: [],
    short: false,
    unplayable: null,
  } as Message);
  expect(sources.get("public-1")).toMatchObject({ pictures: 60, media: expect.anything() });
});

test("an encoder that comes back with another clock goes on in the same attempt, with the same init", async () => {
  const { clock, child, pull, flow, types, sources } = start({ ladder: "auto" });
  pull().onStatus("NetStream.Play.Start", "");
  flow(6_000);
  const { media } = sources.get("public-1")!;
  clock.advance(2_000);
  flow(6_000); // From its time 0 again.
  expect(types().filter((type) => type === "ladderChosen")).toHaveLength(1);
  expect(types()).not.toContain("intakeEnded");
  expect(sources.get("public-1")!.media).toBe(media);
  await child.stop("ask");
  expect(sources.size).toBe(0);
});

test("why browsers cannot play a source is told with its rungs, until the encoder comes back with a picture that they play", () => {
  const { pull, told, flow } = start({ ladder: "auto" });
  const chosen = () => told.filter(({ type }) => type === "ladderChosen");
  pull().onStatus("NetStream.Play.Start", "");
  flow(3_000, AVC_444_HEADER);
  expect(chosen()).toMatchObject([
    { rungs: ["180p", "160p", "audio"], unplayable: { why: "format", chroma: 3, bitDepth: 8 } },
  ]);
  flow(3_000);
  expect(chosen().slice(1)).toMatchObject([{ rungs: ["160p", "audio"], unplayable: null }]);
  const none = start({ ladder: "none" });
  none.pull().onStatus("NetStream.Play.Start", "");
  none.flow(3_000, AVC_444_HEADER);
  expect(none.told.find(({ type }) => type === "ladderChosen")).toMatchObject({
    rungs: [],
    unplayable: { why: "format" },
  });
});

test("a pull that nginx refuses gives nothing; one that ends after media was a pull", () => {
  const refused = start();
  refused.pull().onClose("closed by the server", "closed");
  expect(refused.told.at(-1)).toMatchObject({ type: "intakeEnded", attempt: 1, problem: null, pulled: false });
  const ended = start();
  ended.pull().onStatus("NetStream.Play.Start", "");
  ended.flow(3_000);
  ended.pull().onClose("closed by the server", "closed");
  expect(ended.told.at(-1)).toMatchObject({ type: "intakeEnded", attempt: 1, problem: null, pulled: true });
});

test("a stopped intake closes its pull and tells nothing more", async () => {
  const { child, pull, flow, told, closed, sources } = start();
  pull().onStatus("NetStream.Play.Start", "");
  flow(3_000);
  await child.stop("ask");
  const before = told.length;
  flow(2_000);
  await child.stop("kill");
  expect([told.length, closed(), sources.size]).toEqual([before, 1, 0]);
});
