import { expect, test } from "bun:test";
import fc from "fast-check";
import { RENDITION } from "#schema/wire/media.ts";
import { h264Level } from "./h264-level.ts";
import { chooseRungs, type LadderSource, RUNG_NAMES, type Rung } from "./rungs.ts";
import { allowedRungs } from "./setting.ts";

const source = (width: number, height: number, more: Partial<LadderSource> = {}): LadderSource => ({
  ...{ width, height, fps: 30, playable: true },
  ...more,
});
const choose = (from: LadderSource, setting = "auto") =>
  chooseRungs({ source: from, allowed: allowedRungs(setting), preset: "veryfast" });
const brief = (rungs: Rung[]) =>
  rungs.map((rung) => (rung.kind === "audio" ? rung.name : `${rung.name} ${rung.width}x${rung.height}@${rung.fps}`));
const videos = (rungs: Rung[]) => rungs.filter((rung) => rung.kind === "video");

test("the settings `none` and `480p` mean what they meant", () => {
  expect(choose(source(1280, 720), "none")).toEqual([]);
  expect(choose(source(1280, 720), "480p")).toEqual([
    {
      ...{ kind: "video", name: "480p", width: 854, height: 480, bitrateKbps: 1_200, bitrateMaxKbps: 1_400 },
      ...{ preset: "veryfast", profile: "main", level: "3.1", fps: 30, fpsMax: null, needed: false },
    },
  ]);
});

test("no rung is as large as the source, by the short side", () => {
  expect(brief(choose(source(1920, 1080)))).toEqual([
    "720p 1280x720@30",
    "480p 854x480@30",
    "360p 640x360@30",
    "160p 284x160@30",
    "audio",
  ]);
  expect(brief(choose(source(320, 180)))).toEqual(["160p 284x160@30", "audio"]);
  expect(brief(choose(source(320, 180), "480p"))).toEqual([]);
  expect(brief(choose(source(3840, 2160), "1080p,480p"))).toEqual(["1080p 1920x1080@30", "480p 854x480@30"]);
});

test("portrait, odd and narrow pictures keep their shape in even sizes", () => {
  expect(brief(choose(source(1080, 1920), "720p"))).toEqual(["720p 720x1280@30"]);
  expect(brief(choose(source(427, 239), "160p"))).toEqual(["160p 286x160@30"]);
  expect(brief(choose(source(640, 480), "360p"))).toEqual(["360p 480x360@30"]);
  expect(brief(choose(source(2560, 1080), "720p"))).toEqual(["720p 1706x720@30"]);
});

test("480p and below have half the rate of 50 and 60 pictures a second", () => {
  expect(brief(choose(source(1920, 1080, { fps: 60 }), "720p,480p"))).toEqual(["720p 1280x720@60", "480p 854x480@30"]);
  expect(brief(choose(source(1280, 720, { fps: 50 }), "480p"))).toEqual(["480p 854x480@25"]);
  expect(brief(choose(source(1920, 1080, { fps: 120 }), "720p,160p"))).toEqual(["720p 1280x720@60", "160p 284x160@30"]);
  expect(brief(choose(source(1280, 720, { fps: 24 }), "480p"))).toEqual(["480p 854x480@24"]);
  expect(brief(choose(source(1280, 720, { fps: 0 }), "480p"))).toEqual(["480p 854x480@30"]);
});

test("bitrates follow the number of pixels, the rate, and the source", () => {
  const bitrateOf = (from: LadderSource) => videos(choose(from, "480p"))[0]!.bitrateKbps;
  expect(bitrateOf(source(960, 720))).toBe(970);
  expect(bitrateOf(source(1280, 720, { bitrateKbps: 800 }))).toBe(720);
  expect(videos(choose(source(1920, 1080, { fps: 60 }), "720p"))[0]!.bitrateKbps).toBe(3_920);
});

test("a source that browsers cannot play is replaced by a rung of its own size", () => {
  expect(brief(choose(source(1280, 720, { playable: false }), "480p"))).toEqual([
    "720p 1280x720@30",
    "480p 854x480@30",
  ]);
  expect(brief(choose(source(481, 361, { playable: false }), "360p,160p"))).toEqual([
    "360p 480x360@30",
    "160p 214x160@30",
  ]);
  expect(brief(choose(source(3840, 2160, { playable: false }), "480p"))[0]).toBe("1080p 1920x1080@30");
  const [first, second] = videos(choose(source(1280, 720, { playable: false }), "480p"));
  expect([first!.needed, second!.needed, first!.bitrateKbps]).toEqual([true, false, 2_800]);
  expect(choose(source(1280, 720, { playable: false }), "none")).toEqual([]);
});

test("of any source, rungs are even, smaller than it, of its shape, with names that are addresses", () => {
  const size = fc.integer({ min: 1, max: 8_192 });
  const any = fc.record({ width: size, height: size, fps: fc.double({ min: 0, max: 300, noNaN: true }) });
  fc.assert(
    fc.property(any, fc.boolean(), fc.subarray([...RUNG_NAMES]), ({ width, height, fps }, playable, allowed) => {
      const rungs = chooseRungs({ source: { width, height, fps, playable }, allowed, preset: "veryfast" });
      expect(new Set(rungs.map(({ name }) => name)).size).toBe(rungs.length);
      for (const rung of rungs) {
        expect(rung.name).toMatch(RENDITION);
        if (rung.kind === "audio") continue;
        const short = Math.min(rung.width, rung.height);
        expect([rung.width % 2, rung.height % 2]).toEqual([0, 0]);
        if (rung.needed) expect(short).toBeLessThanOrEqual(Math.min(width, height));
        else expect(short).toBeLessThan(Math.min(width, height));
        // The long side is off by one pixel at most, the short one is exact.
        const shape = Math.max(width, height) / Math.min(width, height);
        expect(Math.abs(Math.max(rung.width, rung.height) - short * shape)).toBeLessThanOrEqual(1.001);
        if (rung.width !== rung.height) expect(rung.width > rung.height).toBe(width > height);
        expect(rung.bitrateKbps).toBeLessThanOrEqual(rung.bitrateMaxKbps);
        expect(rung.fps).toBeLessThanOrEqual(66);
      }
    }),
  );
});

test("levels are those of table A-1", () => {
  const level = (width: number, height: number, fps: number, bitrateMaxKbps = 1_000) =>
    h264Level({ width, height, fps, bitrateMaxKbps });
  expect(level(284, 160, 30, 320)).toBe("1.2");
  expect(level(640, 360, 30)).toBe("3.0");
  expect(level(854, 480, 30)).toBe("3.1");
  expect(level(1280, 720, 30)).toBe("3.1");
  expect(level(1280, 720, 60)).toBe("3.2");
  expect(level(1920, 1080, 30)).toBe("4.0");
  expect(level(1920, 1080, 60)).toBe("4.2");
  expect(level(16_000, 16_000, 60)).toBe("5.2");
});
