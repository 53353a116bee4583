// The intake against a real nginx-rtmp and real encoders.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { patient } from "#schema/testing-slowness.ts";
import { rtmpConnect } from "./rtmp/pull.ts";
import { complaints, seams, TestIntake } from "./testing.ts";

const MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";
const folder = mkdtempSync(join(tmpdir(), "intake-"));
const undo: (() => unknown)[] = [];
let rtmpPort = 0;

beforeAll(async () => {
  rtmpPort = await freePort();
  const text = `${existsSync(MODULE) ? `load_module ${MODULE};\n` : ""}${process.getuid?.() === 0 ? "user root;\n" : ""}daemon off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 64; }
rtmp { access_log off; server { listen 127.0.0.1:${rtmpPort}; chunk_size 4096; ping 1m; ping_timeout 30s;
  application live { live on; wait_key on; wait_video on; idle_streams on; drop_idle_publisher 5s; }
  application closing { live on; wait_key on; wait_video on; idle_streams off; } } }`;
  writeFileSync(join(folder, "nginx.conf"), text);
  const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;
  const nginx = Bun.which("nginx", { PATH });
  if (!nginx) throw new Error("nginx is not installed");
  const server = Bun.spawn([nginx, "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")], {
    stdout: "ignore",
    stderr: "ignore",
  });
  undo.push(async () => {
    server.kill("SIGTERM");
    await server.exited;
  });
  await until(async () => {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port: rtmpPort, socket: { data() {} } });
    socket.end();
    return true;
  });
}, patient(20_000));

afterAll(async () => {
  for (const step of undo.reverse()) await step();
  rmSync(folder, { recursive: true, force: true });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function until(happens: () => unknown, withinMs = patient(15_000)) {
  for (const endMs = performance.now() + withinMs; ; ) {
    const answer = await Promise.resolve()
      .then(happens)
      .catch(() => false);
    if (answer) return;
    if (performance.now() > endMs) throw new Error(`waited ${withinMs} ms in vain for ${happens}`);
    await Bun.sleep(25);
  }
}

/** A live source until it is stopped. */
function encoder(path: string, words = "-c:v libx264 -preset ultrafast -bf 2 -g 30 -c:a aac") {
  const source = "-re -f lavfi -i testsrc2=size=160x90:rate=30 -f lavfi -i sine=r=48000 -pix_fmt yuv420p";
  const argv = ["ffmpeg", "-v", "error", ...source.split(" "), ...words.split(" "), "-f", "flv"];
  const child = Bun.spawn([...argv, `rtmp://127.0.0.1:${rtmpPort}/${path}`], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await child.exited;
  };
  undo.push(stop);
  return stop;
}

function pull(path: string) {
  const one = new TestIntake(systemClock, {
    url: `rtmp://127.0.0.1:${rtmpPort}/${path}`,
    connect: rtmpConnect({ clock: systemClock, random: systemRandom }),
    wallMs: () => Date.now(),
  });
  undo.push(() => one.intake.close());
  return one;
}

const lastMs = (one: TestIntake<Clock>) => one.fragments.at(-1)?.atMs ?? 0;

test("a live source is pulled from before its first picture, and FFmpeg decodes it without a word", {
  timeout: patient(40_000),
}, async () => {
  const one = pull("live/a?token=t");
  await until(() => one.names.includes("attached"));
  const stop = encoder("live/a");
  await until(() => lastMs(one) > 5_000);
  const wallMs = Date.now();
  const dateMs = one.intake.clockState!.baseMs + lastMs(one);
  expect(Math.abs(wallMs - dateMs)).toBeLessThan(patient(1_000));
  await stop();
  one.intake.close();
  expect(one.outputs).toHaveLength(1);
  expect(one.fragments[0]).toMatchObject({ key: true, atMs: 1_000 });
  expect(one.outputs[0]!.init).toMatchObject({ silent: false, video: { width: 160, height: 90 } });
  expect(await complaints(one.file())).toBe("");
  expect(one.facts).toContainEqual({ fact: "metaData", encoder: null }); // nginx does not pass the encoder's name on.
});

test("an encoder that is away for 2 s comes back on the same pull, under the same init, behind a hole of 2 s", {
  timeout: patient(60_000),
}, async () => {
  const one = pull("live/b");
  const stop = encoder("live/b");
  await until(() => lastMs(one) > 4_000);
  await stop();
  const before = lastMs(one);
  await Bun.sleep(2_000);
  const stopAgain = encoder("live/b");
  await until(() => lastMs(one) > before + 4_000);
  await stopAgain();
  one.intake.close();
  expect(one.outputs).toHaveLength(1);
  expect(one.ends).toEqual([]);
  // As long as no picture came, to what arrival cannot tell.
  const pictures = one.fragments.filter(({ tracks }) => tracks[0]!.track.kind === "video");
  const silentMs = Math.max(...pictures.slice(1).map(({ cameMs }, i) => cameMs - pictures[i]!.cameMs));
  const { gapMs } = seams(one.fragments, "video");
  expect(silentMs).toBeGreaterThan(2_000);
  expect(Math.abs(gapMs - silentMs)).toBeLessThan(patient(300));
  expect(await complaints(one.file())).toBe("");
});

test("our ping is answered: a pull without media for longer than the watchdog waits is kept", {
  timeout: patient(60_000),
}, async () => {
  const one = pull("live/nobody");
  await until(() => one.names.includes("attached"));
  await Bun.sleep(13_000);
  expect(one.ends).toEqual([]);
  one.intake.close();
});

test("a stream that is not there is refused where idle streams are, and its end is told", {
  timeout: patient(60_000),
}, async () => {
  const absent = pull("closing/nobody");
  await until(() => absent.ends.length > 0);
  expect(absent.ends[0]).toStartWith("refused");
  const stop = encoder("closing/c");
  await until(async () => {
    const one = pull("closing/c");
    await Bun.sleep(500);
    if (one.ends.length > 0) return false;
    await until(() => lastMs(one) > 2_000);
    await stop();
    await until(() => one.ends.length > 0);
    expect(one.ends[0]).toStartWith("ended");
    return true;
  });
});
