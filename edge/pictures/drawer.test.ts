// Pictures of strangers, drawn by real processes in the sandbox; and processes that break, with processes in memory.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { MemoryProcesses } from "#runtime/process/process-memory.ts";
import { findSandbox, Sandbox } from "#runtime/process/sandbox.ts";
import { patient } from "#schema/testing-slowness.ts";
import { PICTURE_PIXELS_MAX, PICTURE_SHAPES, type PictureKind } from "#schema/wire/pictures.ts";
import { Drawer } from "./drawer.ts";
import { animation, colorAt, halves, metadataOf, pngOfSize } from "./testing.ts";

setDefaultTimeout(patient(60_000));

const warnings: unknown[] = [];
const log = { warn: (...said: unknown[]) => void warnings.push(said) };
beforeEach(() => void warnings.splice(0));
afterEach(() => expect(JSON.stringify(warnings)).not.toContain("sandbox is missing"));

const drawerWith = (processes: ProcessHost) =>
  new Drawer({
    processes,
    clock: systemClock,
    log,
    findSandbox: () => findSandbox({ processes: systemProcesses, log, niceness: 0 }),
  });
const drawer = drawerWith(systemProcesses);
const draw = async (file: Uint8Array, kind: PictureKind = "portrait") => [...(await drawer.draw(kind, file)).values()];
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => "drawn",
    (error) => error.code ?? String(error),
  );

test.each(["jpeg", "png", "webp", "gif"] as const)(
  "a %s is drawn as WebP in all widths, its middle",
  async (format) => {
    const file = await halves(600, 200).toFormat(format).toBuffer();
    const pictures = await draw(file);
    const sizes = [];
    for (const picture of pictures) {
      const { width, height, format, ...rest } = await metadataOf(picture);
      expect([format, rest.exif, rest.icc, rest.xmp]).toEqual(["webp", undefined, undefined, undefined]);
      sizes.push([width, height]);
      expect([await colorAt(picture, 0.2, 0.5), await colorAt(picture, 0.8, 0.5)]).toEqual(["red", "blue"]);
    }
    expect(sizes).toEqual(PICTURE_SHAPES.portrait.widths.map((width) => [width, width]));
  },
);

test.each([
  ["banner", ["960x160", "1920x320"]],
  ["poster", ["320x180", "1280x720"]],
] as const)("a %s has its own shape, whatever the file has", async (kind, sizes) => {
  const pictures = await draw(await halves(300, 400).png().toBuffer(), kind);
  const drawn = await Promise.all(pictures.map(metadataOf));
  expect(drawn.map(({ width, height }) => `${width}x${height}`)).toEqual([...sizes]);
});

test("a picture lies as its camera held it, and nothing tells where and with what it was taken", async () => {
  const exif = { IFD0: { Make: "Camera of Ada" }, IFD3: { GPSLatitude: "52/1 31/1 12/1" } };
  const file = await halves(400, 400).jpeg().withMetadata({ orientation: 6 }).withExifMerge(exif).toBuffer();
  expect(await metadataOf(file)).toMatchObject({ orientation: 6 });
  expect(file.includes("Camera of Ada")).toBe(true);
  for (const picture of await draw(file)) {
    // A quarter turn to the right: what was left is on top.
    expect([await colorAt(picture, 0.5, 0.2), await colorAt(picture, 0.5, 0.8)]).toEqual(["red", "blue"]);
    expect(Buffer.from(picture).toString("latin1")).not.toMatch(/Camera|Exif|EXIF|GPS/);
  }
});

test("colours of another profile become those of sRGB, without a profile", async () => {
  const file = await halves(100, 100).withIccProfile("p3").png().toBuffer();
  expect((await metadataOf(file)).icc).toBeDefined();
  const [small] = await draw(file);
  expect((await metadataOf(small!)).icc).toBeUndefined();
  expect(await colorAt(small!, 0.2, 0.5)).toBe("red");
});

test.each(["gif", "webp"] as const)("an animated %s stands still at its first frame", async (format) => {
  const file = await animation(format);
  expect((await metadataOf(file)).pages).toBeGreaterThan(1);
  for (const picture of await draw(file)) {
    expect((await metadataOf(picture)).pages ?? 1).toBe(1);
    expect(await colorAt(picture, 0.5, 0.5)).toBe("red");
  }
});

test("what has more pixels than the limit is refused before any of them is decoded", async () => {
  const side = Math.ceil(Math.sqrt(PICTURE_PIXELS_MAX)) + 1;
  for (const [width, height] of [
    [side, side],
    [50_000, 50_000],
    [1_000_000, 100],
  ] as const)
    expect([width, await refusal(draw(pngOfSize(width, height)))]).toEqual([width, "picture_too_large"]);
  // A WebP of 48 bytes, whose canvas has 16 383 x 16 383 pixels.
  const webp = Buffer.concat([
    Buffer.from("RIFF(\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0", "latin1"),
    Buffer.from([0xfe, 0x3f, 0, 0xfe, 0x3f, 0]),
    Buffer.from("VP8L\x0a\0\0\0\x2f\xfe\xff\xff\x0f\0\0\0\0\0", "latin1"),
  ]);
  expect(await refusal(draw(webp))).toMatch(/^picture_(too_large|broken)$/);
  const gif = Buffer.concat([
    Buffer.from("GIF89a\xff\xff\xff\xff\0\0\0", "latin1"),
    (await animation("gif")).subarray(13),
  ]);
  expect(await refusal(draw(gif))).toMatch(/^picture_(too_large|broken)$/);
});

test("what is damaged, or something else behind a picture's first bytes, is refused by name", async () => {
  const [jpeg, png] = [await halves(800, 800).jpeg().toBuffer(), await halves(800, 800).png().toBuffer()];
  for (const file of [jpeg, png]) expect(await refusal(draw(file.subarray(0, file.length / 2)))).toBe("picture_broken");
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
  for (const disguise of ["GIF89a", "\xff\xd8\xff", "RIFF\0\0\0\0WEBP"])
    expect(await refusal(draw(Buffer.from(disguise + svg, "latin1")))).toBe("picture_broken");
  for (const other of ["", svg, "%PDF-1.4", "BM", "\0\0\0\x1cftypavif", "II*\0", "#EXTM3U"])
    expect(await refusal(draw(Buffer.from(other, "latin1")))).toBe("not_a_picture");
});

test("a process that is killed from outside says that the machine is busy, one that dies of the file that the file is broken", async () => {
  const file = await halves(100, 100).png().toBuffer();
  const killing = (signal: "SIGKILL") =>
    drawerWith({
      spawn(options) {
        const child = systemProcesses.spawn(options);
        child.signal(signal);
        return child;
      },
    });
  expect(await refusal(killing("SIGKILL").draw("portrait", file))).toBe("busy");
  expect(JSON.stringify(warnings)).toContain("SIGKILL");
  const processes = new MemoryProcesses();
  const aborted = inMemory(processes).draw("portrait", file);
  await until(() => processes.started.length === 1);
  processes.started[0]!.end({ code: null, signal: "SIGABRT" });
  expect(await refusal(aborted)).toBe("picture_broken");
});

test("a process that goes on and on is ended, and few run at once", async () => {
  const clock = new ManualClock(0);
  const processes = new MemoryProcesses();
  const slow = inMemory(processes, clock);
  const file = await halves(100, 100).png().toBuffer();
  const all = Array.from({ length: 19 }, () => refusal(slow.draw("portrait", file)));
  // Two run, sixteen wait, and one more is too many.
  expect(await Promise.race(all)).toBe("busy");
  await until(() => processes.started.length === 2);
  await clock.advance(30_000);
  await until(() => processes.started.length === 4);
  expect(processes.started.map(({ signals }) => signals.length)).toEqual([1, 1, 0, 0]);
  for (let turn = 0; turn < 9; turn++) {
    await clock.advance(30_000);
    await until(() => processes.started.length >= Math.min(18, 4 + 2 * turn));
  }
  await clock.advance(30_000);
  expect(new Set(await Promise.all(all))).toEqual(new Set(["busy"]));
});

const NO_WALLS = new Sandbox({ network: "none", userId: null, linux: false, niceness: 0 });
const inMemory = (processes: MemoryProcesses, clock: ManualClock | typeof systemClock = systemClock) =>
  new Drawer({ processes, clock, log, findSandbox: async () => NO_WALLS });

async function until(isTrue: () => boolean) {
  for (let turns = 0; turns < 1_000 && !isTrue(); turns++) await Promise.resolve();
  expect(isTrue()).toBe(true);
}
