// Rungs beside a source: they may be late, die, come back or never come, without a mark on the source.

import { expect, test } from "bun:test";
import { bench } from "./testing.ts";
import { FakeEncoder, fakeInit, fakePicture } from "./testing-fragments.ts";
import { BASE_MS, NAMES, RungStage } from "./testing-rung.ts";

test("a rung that starts with the source has the same numbers and dates, and each part is listed as soon as it is whole", async () => {
  const stage = new RungStage();
  stage.startRung();
  await stage.run(9);
  const dates = async (name: string) =>
    [...(await stage.b.text(name)).matchAll(/DATE-TIME:(.+)/g)].map(([, date]) => date);
  expect(await dates("480p")).toEqual(await dates("source"));
  expect(await stage.numbers("480p")).toEqual(["0", "1", "2", "3", "4 open"]);
  const parts = async (name: string) => (await stage.b.text(name)).match(/#EXT-X-PART:/g)!.length;
  expect((await parts("source")) - (await parts("480p"))).toBeLessThanOrEqual(1);
  expect(await stage.b.text("480p")).toContain("PART-HOLD-BACK=0.61500");
  expect(await stage.b.text("480p")).toContain('#EXT-X-RENDITION-REPORT:URI="source.m3u8",LAST-MSN=4,LAST-PART=4');
});

test("a rung that comes later begins where it begins, and is offered from then on", async () => {
  const stage = new RungStage();
  await stage.run(7);
  expect(stage.b.packager.serving.multivariant()).not.toContain("480p");
  expect(await stage.b.packager.serving.playlist("480p", {})).toBeNull();
  stage.startRung();
  await stage.run(7);
  expect(await stage.numbers("480p")).toEqual(["4", "5", "6 open"]);
  expect(stage.b.packager.serving.multivariant()).toMatch(
    /BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="avc1.64001f",RESOLUTION=80x46,FRAME-RATE=30.000\n480p.m3u8/,
  );
});

test("a rung that dies shows gaps that rise beside the source, and comes back at a later number", async () => {
  const stage = new RungStage();
  stage.startRung();
  await stage.run(7);
  stage.rung = null; // It hangs: no end is seen.
  await stage.run(7);
  expect(await stage.numbers("480p")).toEqual(["0", "1", "2", "3", "4 gap", "5 gap"]);
  expect((await stage.numbers("source")).at(-1)).toBe("6 open");
  await stage.run(2);
  expect((await stage.numbers("480p")).at(-1)).toBe("6 gap");
  const hint = /HINT:TYPE=PART,URI="480p\/([^"]+)"/.exec(await stage.b.text("480p"))![1]!;
  stage.startRung();
  await stage.run(5);
  const text = await stage.b.text("480p");
  expect(text).toContain(hint); // The hint came true in the next run.
  expect((await stage.numbers("480p")).slice(-7)).toEqual(["4 gap", "5 gap", "6 gap", "7 gap", "8", "9", "10 open"]);
  expect(text).not.toContain("DISCONTINUITY\n");
  const source = await stage.b.text("source");
  expect(source).not.toContain("GAP");
});

test("a rung whose run has ended closes its segment short, and the next run goes on without a gap when it is quick", async () => {
  const stage = new RungStage();
  stage.startRung();
  await stage.run(6.6);
  stage.rung!.sink.end();
  stage.startRung();
  await stage.run(4);
  expect(await stage.numbers("480p")).toEqual(["0", "1", "2", "3", "4", "5 open"]);
});

test("a rung that lags by more than two segments is given up until it has caught up", async () => {
  const stage = new RungStage();
  stage.startRung({ lagMs: 5_000 });
  await stage.run(14);
  expect((await stage.numbers("480p")).filter((one) => one.includes("gap")).length).toBeGreaterThan(1);
  expect((await stage.numbers("source")).at(-1)).toBe("6 open");
  stage.rung!.lagMs = 200;
  await stage.run(6);
  expect((await stage.numbers("480p")).at(-1)).toBe("9 open");
});

test("a blocked reload of a dead rung is answered by its gap", async () => {
  const stage = new RungStage();
  stage.startRung();
  await stage.run(7);
  stage.rung = null;
  const answers: string[] = [];
  void stage.b.packager.serving.playlist("480p", { msn: 4, part: 3 }).then((answer) => answers.push(answer!.type));
  await stage.run(4);
  expect(answers).toEqual([]);
  await stage.run(1.1);
  await stage.b.clock.settle();
  expect(answers).toEqual(["playlist"]);
});

test("bytes that are no MP4 end the run of their rung and nothing else", async () => {
  const stage = new RungStage();
  stage.startRung();
  await stage.run(5);
  stage.rung!.sink.push(new TextEncoder().encode("no MP4 at all, this is"));
  expect(await stage.rung!.sink.failed).toContain("box");
  stage.rung = null;
  await stage.run(6);
  expect((await stage.numbers("source")).at(-1)).toBe("5 open");
  expect(stage.b.events.some(({ type }) => type === "failed")).toBe(false);
});

test("a rung at half the frame rate has even parts of its own length", async () => {
  const stage = new RungStage({ fps: 24 });
  stage.startRung({ fps: 12 });
  await stage.run(9);
  expect(await stage.b.text("source")).toContain("PART-TARGET=0.17000");
  expect(await stage.b.text("480p")).toContain("PART-TARGET=0.17000");
  expect(await stage.numbers("480p")).toEqual(["0", "1", "2", "3", "4 open"]);
});

test("a rung of sound alone follows too", async () => {
  const stage = new RungStage();
  stage.attempt.offer(["480p", "audio"].map((name) => ({ name, bandwidth: 1_500_000 })));
  const sink = stage.attempt.rung("audio");
  const sound = fakeInit({ sound: true });
  sink.push(sound.bytes);
  for (let n = 0, soundMs = 1_000; n < 9; n++) {
    await stage.run(1);
    for (; soundMs < stage.source.atMs - 100; soundMs += 42.7)
      sink.push(fakePicture({ atMs: soundMs, durationMs: 42.7, key: true }));
  }
  expect(stage.b.packager.serving.multivariant()).toMatch(/CODECS="mp4a"\naudio.m3u8/);
  const text = await stage.b.text("audio");
  expect(text).not.toContain("GAP");
  for (const [, length] of text.matchAll(/#EXTINF:([\d.]+)/g)) expect(Math.abs(Number(length) - 2)).toBeLessThan(0.06);
  await stage.watcher.look(stage.b.packager, ["audio"]);
});

test("at the beginning the multivariant playlist waits for offered rungs, but not long", async () => {
  const stage = new RungStage();
  await stage.run(2.1);
  expect(stage.b.packager.serving.multivariant()).toContain("source.m3u8");
  let answer: string | null = null;
  void stage.b.packager.serving.multivariantWithRungs().then((text) => {
    answer = text;
  });
  await stage.b.clock.settle(300, 50);
  expect(answer).toBeNull();
  await stage.b.clock.settle(300, 50);
  expect(answer!).not.toContain("480p");
});

test("the saved window needs no rung; a rung has its init where its media is whole", async () => {
  const stage = new RungStage();
  await stage.run(5);
  stage.startRung();
  await stage.run(6);
  const { window } = stage.b.saved()!;
  expect(window.map(({ number, inits }) => `${number} ${Object.keys(inits)}`)).toEqual([
    "0 source",
    "1 source",
    "2 source",
    "3 source,480p",
    "4 source",
  ]);
  const resumed = bench({ resume: JSON.parse(JSON.stringify(stage.b.saved())), startNumber: 9, epoch: 6 });
  expect(await resumed.text("480p")).toContain("EXT-X-GAP");
  expect(resumed.packager.serving.multivariant()).toContain("480p.m3u8");
});

test("at a new owner a rung that does not come back shows gaps, and one that does goes on", async () => {
  const stage = new RungStage();
  stage.startRung();
  await stage.run(9);
  const second = bench({
    resume: JSON.parse(JSON.stringify(stage.b.saved())),
    startNumber: 8,
    epoch: 6,
    clock: stage.b.clock,
  });
  const again = second.packager.begin({ session: "s1", attempt: 2, baseMs: BASE_MS - 1_000 });
  const encoder = new FakeEncoder({ fromMs: 13_000 });
  again.source.init(encoder.init);
  for (let n = 0; n < 30 * 9; n++) {
    again.source.fragment(encoder.nextFragment());
    second.clock.advance(33);
    await stage.watcher.look(second.packager, NAMES);
  }
  const text = await second.text("480p");
  expect(text.match(/#EXT-X-GAP/g)!.length).toBeGreaterThan(4);
  expect(text).toContain("#EXT-X-MAP");
});

test("the newest keyframe of each rendition is at hand, the source's first, and none of sound", async () => {
  const stage = new RungStage();
  expect(stage.b.packager.keyframes).toEqual([]);
  stage.startRung();
  await stage.run(5);
  const before = stage.b.packager.keyframes;
  expect(before.map(({ init }) => init)).toEqual([stage.source.init.bytes, stage.rung!.encoder.init.bytes]);
  await stage.run(1.9);
  const after = stage.b.packager.keyframes;
  for (const [i, { fragment }] of after.entries()) expect(fragment).not.toBe(before[i]!.fragment);
});

test("a rung whose encoder fills a hole of the source ends where the source does, and lists its length", async () => {
  const stage = new RungStage();
  stage.startRung();
  await stage.run(7.4);
  stage.source.away(3_000);
  await stage.run(4);
  const lengths = async (name: string) =>
    [...(await stage.b.text(name)).matchAll(/EXTINF:([\d.]+)/g)].map(([, length]) => length);
  const [source, rung] = [await lengths("source"), await lengths("480p")];
  expect(source).toContain("1.40000");
  expect(rung).toEqual(source);
  expect(stage.b.packager.serving.multivariant()).toContain("RESOLUTION=80x46,FRAME-RATE=30.000");
});
