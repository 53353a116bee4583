import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import type { RunningProcess } from "#runtime/process/process.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { MemoryProcesses } from "#runtime/process/process-memory.ts";
import { patient } from "#schema/testing-slowness.ts";
import { Packager } from "../packager/packager.ts";
import { run as ffmpeg, publish } from "../packager/testing.ts";
import type { PulledSource } from "./ffmpeg-stall-watch.ts";
import { ladder } from "./renditions.ts";
import { startTranscoder, type TranscoderExit, type TranscoderOptions } from "./transcoder.ts";

const log = createLog({ name: "test", level: "silent" });
let folder: string;
let flv: Uint8Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tc-"));
  flv = await publish({ seconds: 12 });
});
afterAll(() => rm(folder, { recursive: true }));

const LADDER = ladder("none");

function packagerOn(clock = systemClock): Packager {
  const packager: Packager = new Packager({
    ...{ broadcastId: "b", epoch: 1, renditions: ["source"], clock, resume: null, startNumber: 0 },
    onEvent(event) {
      if (event.type === "opened") packager.covered(event.number, clock.monoMs());
    },
  });
  return packager;
}

/** A source that sends `bytes` at once and then stays silent until it is dropped. */
function serve(bytes: Uint8Array, { keepOpen = false } = {}) {
  const sockets = new Set<Bun.Socket<{ at: number }>>();
  const send = (socket: Bun.Socket<{ at: number }>) => {
    socket.data.at += socket.write(bytes.subarray(socket.data.at));
    if (socket.data.at >= bytes.length && !keepOpen) socket.end();
  };
  const server = Bun.listen<{ at: number }>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { at: 0 };
        sockets.add(socket);
        send(socket);
      },
      drain: send,
      data() {},
    },
  });
  return {
    url: `tcp://127.0.0.1:${server.port}`,
    drop: () => {
      for (const socket of sockets) socket.end();
    },
    stop: () => server.stop(true),
  };
}

/** A transcoder with real FFmpeg. */
function start(sourceUrl: string, more: Partial<TranscoderOptions> = {}) {
  const packager = packagerOn();
  const sinks = packager.begin({ session: "s", attempt: 1, baseMs: Date.UTC(2026, 10, 22) });
  const started: RunningProcess[] = [];
  let exited: (exit: TranscoderExit) => void = () => {};
  let exits = 0;
  const exit = new Promise<TranscoderExit>((resolve) => {
    exited = resolve;
  });
  const child = startTranscoder({
    ...{ clock: systemClock, log, ffmpegPath: "ffmpeg", sourceUrl, ladder: LADDER, sinks, socketDir: folder },
    processes: {
      spawn(options) {
        const process = systemProcesses.spawn(options);
        started.push(process);
        return process;
      },
    },
    onExit(told) {
      exits++;
      exited(told);
    },
    ...more,
  });
  return { child, packager, exit, started, exits: () => exits };
}

async function until(what: () => boolean, ms = 20_000) {
  for (const end = performance.now() + ms; !what(); ) {
    if (performance.now() > end) throw new Error("waited in vain");
    await Bun.sleep(20);
  }
}
const sockets = async () => (await readdir(folder)).filter((name) => name.endsWith(".sock"));

test("FFmpeg's output is playable while FFmpeg runs, and complete when the source has ended", async () => {
  const source = serve(flv);
  const { packager, exit } = start(source.url);
  await until(() => packager.serving.multivariant() !== null);
  expect(await exit).toMatchObject({ code: 0, problem: null });
  packager.end();
  const answer = await packager.serving.playlist("source", {});
  const text = answer?.type === "playlist" ? answer.text : "";
  expect(text).toContain("s5.m4s\n#EXT-X-ENDLIST");
  expect([...text.matchAll(/EXTINF:(.+),/g)].map(([, s]) => Number(s))).toEqual([2, 2, 2, 2, 2, 2]);
  expect(await sockets()).toEqual([]);
  source.stop();
});

test("a stop by `ask` ends the pull first; FFmpeg flushes, and no exit is reported", async () => {
  const source = serve(flv, { keepOpen: true });
  let asked = 0;
  const askToStop = async () => {
    asked++;
    source.drop();
  };
  const { child, packager, exits, started } = start(source.url, { askToStop });
  await until(() => packager.serving.multivariant() !== null);
  await Promise.all([child.stop("ask"), child.stop("ask")]);
  expect(asked).toBe(1);
  expect(await started[0]!.exited).toMatchObject({ code: 0 });
  expect(exits()).toBe(0);
  expect(await sockets()).toEqual([]);
  packager.end();
  const answer = await packager.serving.playlist("source", {});
  expect(answer?.type === "playlist" && answer.text).toContain("s5.m4s\n#EXT-X-ENDLIST"); // The tail was flushed.
  source.stop();
});

test("a stop by `kill` ends FFmpeg at once, and no exit is reported", async () => {
  const source = serve(flv, { keepOpen: true });
  let asked = 0;
  const { child, packager, started, exits } = start(source.url, {
    askToStop: async () => {
      asked++;
    },
  });
  await until(() => packager.serving.multivariant() !== null);
  await child.stop("kill");
  expect((await started[0]!.exited).signal).toBe("SIGKILL");
  expect([asked, exits()]).toEqual([0, 0]);
  source.stop();
});

test("FFmpeg never starts after a stop before its start", async () => {
  const { child, started } = start("tcp://127.0.0.1:1");
  await child.stop("kill");
  expect(started).toEqual([]);
  expect(await sockets()).toEqual([]);
});

test("an FFmpeg that dies is reported with its attempt closed", async () => {
  const source = serve(flv, { keepOpen: true });
  const { packager, exit, started } = start(source.url);
  await until(() => packager.serving.multivariant() !== null);
  started[0]!.signal("SIGKILL");
  expect(await exit).toMatchObject({ code: null, problem: null });
  const answer = await packager.serving.playlist("source", {});
  expect(answer?.type === "playlist" && answer.text).toMatch(
    /s\d\.m4s\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="source\/p1-\d+-0\.m4s"\n$/,
  );
  source.stop();
});

test("a missing source is reported without its address", async () => {
  const { exit } = start("tcp://127.0.0.1:1/secret");
  const { code, lastErrors, problem } = await exit;
  expect(code).toBe(1);
  expect(problem).toBeNull();
  expect(lastErrors.join()).toContain("Connection refused");
  expect(lastErrors.join()).not.toContain("secret");
});

test("a source that cannot be shown is reported to the streamer", async () => {
  const tone = ["-f", "lavfi", "-i", "sine=d=3"];
  const picture = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=3"];
  const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "30"];
  const cases: [string, string[]][] = [
    ["no_video", [...tone, "-c:a", "aac"]],
    ["unsupported_video_codec", [...picture, ...tone, "-c:v", "flv", "-c:a", "aac"]],
    ["unsupported_audio_codec", [...picture, ...tone, ...h264, "-c:a", "libmp3lame", "-ar", "44100"]],
    ["unsupported_audio_codec", [...picture, ...tone, ...h264, "-c:a", "pcm_s16le", "-ar", "44100"]],
  ];
  for (const [code, args] of cases) {
    const source = serve(await ffmpeg([...args, "-f", "flv", "pipe:1"]));
    const { exit } = start(source.url);
    const { problem, lastErrors } = await exit;
    expect([problem?.code as string, lastErrors.join("\n")]).toEqual([code, expect.any(String)]);
    expect(problem?.detail).toContain("OBS");
    source.stop();
  }
});

/** With processes and time in memory. */
async function imagined(askToStop?: () => Promise<void>, source?: PulledSource) {
  const clock = new ManualClock();
  const processes = new MemoryProcesses();
  const sinks = packagerOn(clock).begin({ session: "s", attempt: 1, baseMs: 0 });
  const exits: TranscoderExit[] = [];
  const child = startTranscoder({
    ...{
      clock,
      log,
      processes,
      ffmpegPath: "ffmpeg",
      sourceUrl: "rtmp://x/y",
      ladder: LADDER,
      sinks,
      socketDir: folder,
    },
    ...(askToStop ? { askToStop } : {}),
    ...(source ? { source } : {}),
    onExit: (exit) => exits.push(exit),
  });
  await until(() => processes.started.length > 0);
  return { clock, child, exits, process: processes.started[0]! };
}

test("an FFmpeg that does not end when asked gets SIGTERM after 700 ms and SIGKILL a second later", async () => {
  const { clock, child, process, exits } = await imagined(async () => {});
  const stopped = child.stop("ask");
  await clock.settle(690);
  expect(process.signals).toEqual([]);
  await clock.settle(20);
  expect(process.signals).toEqual(["SIGTERM"]);
  await clock.settle(1_000);
  expect(process.signals).toEqual(["SIGTERM", "SIGKILL"]);
  await stopped;
  expect(exits).toEqual([]);
});

test("an FFmpeg without output for 10 s is killed: a source without pictures", async () => {
  const { clock, exits, process } = await imagined();
  await clock.settle(9_900, 100);
  expect(process.signals).toEqual([]);
  await clock.settle(200, 100);
  expect(process.signals).toEqual(["SIGKILL"]);
  await until(() => exits.length > 0);
  expect(exits).toMatchObject([
    { code: null, problem: { code: "no_video" }, lastErrors: ["silent: no media for 10000 ms"] },
  ]);
});

test("an FFmpeg whose pull never reaches nginx is killed after 3 s, and the streamer is not blamed", async () => {
  const { clock, exits, process } = await imagined(undefined, { attached: () => false, sentBytes: async () => null });
  await clock.settle(2_900, 100);
  expect(process.signals).toEqual([]);
  await clock.settle(200, 100);
  expect(process.signals).toEqual(["SIGKILL"]);
  await until(() => exits.length > 0);
  expect(exits).toMatchObject([{ reason: "unattached", pulled: false, problem: null }]);
});

test("an FFmpeg that is sent media and hangs is killed, and the streamer is not blamed", async () => {
  const source = serve(flv, { keepOpen: true });
  let sent = 0;
  const { exit, started, packager } = start(source.url, {
    source: { attached: () => true, sentBytes: async () => (sent += 200_000) },
  });
  await until(() => packager.serving.multivariant() !== null);
  const hungMs = performance.now();
  started[0]!.signal("SIGSTOP");
  expect(await exit).toMatchObject({ reason: "hung", pulled: false, problem: null });
  expect(performance.now() - hungMs).toBeGreaterThan(2_000);
  expect(performance.now() - hungMs).toBeLessThan(patient(6_000));
  expect((await started[0]!.exited).signal).toBe("SIGKILL");
  source.stop();
});

test("FFmpeg output that is no MP4 ends the attempt at once", async () => {
  const garbage = join(folder, "garbage.sh");
  await Bun.write(
    garbage,
    '#!/bin/sh\nfor last; do :; done\nexec ffmpeg -nostdin -loglevel error -re -f s16le -i /dev/urandom -f s16le "$last"\n',
  );
  await chmod(garbage, 0o755);
  const { exit } = start("tcp://127.0.0.1:1", { ffmpegPath: garbage });
  expect(await exit).toMatchObject({ reason: "unreadable", problem: null });
});

test("a socket that cannot be created is reported as an exit", async () => {
  const { exit } = start("tcp://127.0.0.1:1", { socketDir: join(folder, "x".repeat(120)) });
  expect((await exit).lastErrors).toHaveLength(1);
});
