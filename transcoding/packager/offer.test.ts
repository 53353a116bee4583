// A source that browsers cannot play: viewers are offered its rungs alone, and everything else goes on.

import { expect, test } from "bun:test";
import { bench } from "./testing.ts";
import { fakeInit, fakePicture } from "./testing-fragments.ts";
import { RungStage } from "./testing-rung.ts";

const listedIn = (text: string | null) => text?.match(/^.+\.m3u8$/gm) ?? [];

test("the multivariant playlist leaves the source out, with the true bandwidth of the rung", async () => {
  const stage = new RungStage();
  stage.b.packager.offerSource(false);
  stage.startRung();
  await stage.run(9);
  const text = stage.b.packager.serving.multivariant();
  expect(listedIn(text)).toEqual(["480p.m3u8"]);
  expect(text).toMatch(/BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="avc1.64001f",RESOLUTION=80x46,FRAME-RATE=30.000\n/);
  // The source's own playlist goes on, and names the rung; the rung does not name the source.
  expect(await stage.numbers("source")).toEqual(["0", "1", "2", "3", "4 open"]);
  expect(await stage.b.text("source")).toContain('#EXT-X-RENDITION-REPORT:URI="480p.m3u8"');
  expect(await stage.b.text("480p")).not.toContain("RENDITION-REPORT");
});

test("a viewer who comes before the rung waits for it, and for no other long", async () => {
  const stage = new RungStage();
  stage.attempt.offer(["480p", "160p"].map((name) => ({ name, bandwidth: 1_500_000 })));
  stage.b.packager.offerSource(false);
  await stage.run(3);
  const { serving } = stage.b.packager;
  expect(serving.multivariant()).toBeNull();
  const answers: (string | null)[] = [];
  void serving.multivariantWithRungs().then((text) => answers.push(text));
  stage.startRung();
  await stage.run(3);
  expect(answers).toEqual([]);
  await stage.run(0.5);
  expect(stage.b.packager.serving.multivariant()).not.toBeNull();
  expect(answers).toEqual([]); // The other may follow.
  await stage.run(0.4);
  expect(answers.map(listedIn)).toEqual([["480p.m3u8"]]);
});

test("without any rung a waiting viewer is told that there is nothing, within three target durations", async () => {
  const stage = new RungStage();
  stage.b.packager.offerSource(false);
  await stage.run(3);
  const answers: unknown[] = [];
  void stage.b.packager.serving.multivariantWithRungs().then((text) => answers.push(text));
  await stage.run(5.5);
  expect(answers).toEqual([]);
  await stage.run(1);
  expect(answers).toEqual([null]);
});

test("sound alone does not stand for the picture", async () => {
  const stage = new RungStage();
  stage.b.packager.offerSource(false);
  await stage.run(5);
  stage.attempt.offer(["480p", "audio"].map((name) => ({ name, bandwidth: 1_500_000 })));
  const sink = stage.attempt.rung("audio");
  sink.push(fakeInit({ sound: true }).bytes);
  for (let n = 0, soundMs = stage.source.atMs; n < 5; n++) {
    await stage.run(1);
    for (; soundMs < stage.source.atMs - 100; soundMs += 42.7)
      sink.push(fakePicture({ atMs: soundMs, durationMs: 42.7, key: true }));
  }
  expect(await stage.numbers("audio")).not.toEqual([]);
  expect(stage.b.packager.serving.multivariant()).toBeNull();
  stage.startRung();
  await stage.run(5);
  expect(listedIn(stage.b.packager.serving.multivariant())).toEqual(["480p.m3u8", "audio.m3u8"]);
});

test("the source is offered again as soon as its owner says so, and a new owner goes on as the last one did", async () => {
  const stage = new RungStage();
  stage.b.packager.offerSource(false);
  stage.startRung();
  await stage.run(9);
  const saved = JSON.parse(JSON.stringify(stage.b.saved()));
  const heir = bench({ resume: saved, startNumber: 9, epoch: 6 });
  expect(listedIn(heir.packager.serving.multivariant())).toEqual(["480p.m3u8"]);
  heir.packager.offerSource(true);
  expect(listedIn(heir.packager.serving.multivariant())).toEqual(["source.m3u8", "480p.m3u8"]);
  expect(await heir.text("480p")).toContain('#EXT-X-RENDITION-REPORT:URI="source.m3u8"');
  // A row of the release before says nothing about it.
  const { sourceOffered, ...old } = saved;
  expect(sourceOffered).toBe(false);
  const known = bench({ resume: old, startNumber: 9, epoch: 6 });
  expect(listedIn(known.packager.serving.multivariant())).toEqual(["source.m3u8", "480p.m3u8"]);
});

test("segments of a source that is not offered begin without its keyframes, so that a rung can begin soon", async () => {
  const stage = new RungStage({ gopMs: 0 });
  stage.b.packager.offerSource(false);
  await stage.run(2);
  stage.startRung({ gopMs: 1_000 });
  await stage.run(8);
  expect(await stage.numbers("source")).toEqual(["0", "1", "2", "3", "4 open"]);
  expect(await stage.numbers("480p")).toEqual(["1", "2", "3", "4 open"]);
  expect(await stage.b.text("480p")).toContain("#EXT-X-TARGETDURATION:3");
});

test("a rung that is not made any more is named nowhere, and its players are told so at once", async () => {
  const stage = new RungStage();
  stage.startRung();
  await stage.run(9);
  const { serving } = stage.b.packager;
  const answers: unknown[] = [];
  void serving.playlist("480p", { msn: 5 }).then((answer) => answers.push(answer));
  const [, take, n] = /PRELOAD-HINT:TYPE=PART,URI="480p\/p\d+-(\d+)-(\d+)\.m4s"/.exec(await stage.b.text("480p"))!;
  void serving
    .part("480p", { epoch: stage.b.packager.epoch, take: Number(take), n: Number(n) })
    .then((part) => answers.push(part));
  await Bun.sleep(1);
  expect(answers).toEqual([]);
  stage.attempt.offer([]);
  stage.rung!.sink.end();
  stage.rung = null;
  await Bun.sleep(1);
  expect(answers).toContainEqual({ type: "withdrawn" });
  expect(answers).toContain(null);
  expect(listedIn(serving.multivariant())).toEqual(["source.m3u8"]);
  expect(await stage.b.text("source")).not.toContain("480p");
  // It may come back: with gaps for what it missed.
  await stage.run(4);
  stage.attempt.offer([{ name: "480p", bandwidth: 1_500_000 }]);
  stage.startRung();
  await stage.run(6);
  expect(listedIn(serving.multivariant())).toEqual(["source.m3u8", "480p.m3u8"]);
  expect(await stage.numbers("480p")).toContain("5 gap");
});
