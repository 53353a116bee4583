import { expect, test } from "bun:test";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { MemoryProcesses } from "#runtime/process/process-memory.ts";
import { patient } from "#schema/testing-slowness.ts";
import { findEncoder, probeArgv } from "./encoder-probe.ts";

function probing(more: Partial<Parameters<typeof findEncoder>[0]> = {}) {
  const lines: string[] = [];
  const log = {
    info: (_fields: object, line: string) => lines.push(`info ${line}`),
    warn: (fields: object, line: string) => lines.push(`warn ${line} ${JSON.stringify(fields)}`),
  } as never;
  const options = { setting: "software", vaapiDevice: "/dev/none", ffmpegPath: "ffmpeg", clock: systemClock } as const;
  return { found: findEncoder({ ...options, processes: systemProcesses, log, ...more }), lines };
}

test("the trial has the arguments that a rung has", () => {
  expect(probeArgv("ffmpeg", { name: "vaapi", vaapiDevice: "/dev/dri/renderD128" }).join(" ")).toBe(
    "ffmpeg -hide_banner -nostdin -loglevel error -vaapi_device /dev/dri/renderD128 -f lavfi -i testsrc2=s=640x360:r=30 -frames:v 10 -vf format=nv12,hwupload -c:v h264_vaapi -rc_mode VBR -idr_interval 0 -async_depth 1 -bf 0 -g 600 -profile:v main -b:v 700k -maxrate 850k -bufsize 850k -f null -",
  );
});

test("software needs no trial", async () => {
  const processes = new MemoryProcesses();
  expect((await probing({ processes }).found).name).toBe("software");
  expect(processes.started).toEqual([]);
});

test(
  "an encoder that does not work is replaced by software, with one line that says why",
  async () => {
    const { found, lines } = probing({ setting: "vaapi" });
    expect((await found).name).toBe("software");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toStartWith("warn hardware encoder does not work: the ladder uses software");
    expect(lines[0]).toContain("/dev/none");
  },
  patient(30_000),
);

test("`auto` tries each and takes the first that works", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tc-"));
  const ffmpegPath = join(folder, "ffmpeg");
  await Bun.write(ffmpegPath, '#!/bin/sh\ncase "$*" in *h264_qsv*) exit 0;; esac\necho no such device >&2; exit 1\n');
  await chmod(ffmpegPath, 0o755);
  const works = probing({ setting: "auto", ffmpegPath });
  expect((await works.found).name).toBe("qsv");
  expect(works.lines).toEqual(["info hardware encoder works"]);
  await Bun.write(ffmpegPath, "#!/bin/sh\nexit 1\n");
  const none = probing({ setting: "auto", ffmpegPath });
  expect((await none.found).name).toBe("software");
  expect(none.lines).toEqual(["info no hardware encoder: the ladder uses software"]);
  await rm(folder, { recursive: true });
});

test("a driver that hangs counts as one that does not work, and so does a missing FFmpeg", async () => {
  const clock = new ManualClock();
  const processes = new MemoryProcesses();
  const { found, lines } = probing({ setting: "nvenc", clock, processes });
  await clock.settle(12_000, 100);
  expect((await found).name).toBe("software");
  expect(processes.started[0]!.signals).toEqual(["SIGTERM", "SIGKILL"]);
  expect(lines[0]).toContain("ffmpeg ended with SIGKILL");
  const missing = {
    spawn() {
      throw new Error("no such program");
    },
  };
  const without = probing({ setting: "nvenc", processes: missing });
  expect((await without.found).name).toBe("software");
  expect(without.lines[0]).toContain("no such program");
});
