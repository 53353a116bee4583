// CPU cost of one source-only channel: nginx-rtmp → intake → packager → origin, with one edge following; and of `ffmpeg -c copy` beside it.
//
//   bun ops/tests/bench/transcoding-cost.ts [seconds]

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { startIntake } from "#transcoding/intake/intake.ts";
import { rtmpConnect } from "#transcoding/intake/rtmp/pull.ts";
import { originRoutes } from "#transcoding/origin.ts";
import type { AttemptSinks } from "#transcoding/packager/attempt/sinks.ts";
import { Packager } from "#transcoding/packager/packager.ts";

const SECONDS = Number(process.argv[2] ?? 20);
const TICKS_PER_SECOND = 100;

if (process.env.FOLLOW) {
  await follow(process.env.FOLLOW);
} else {
  await measure();
}

async function measure() {
  const folder = await mkdtemp(join(tmpdir(), "cost-"));
  const nginx = await startNginx(folder);
  const file = join(folder, "source.flv");
  const rate = ["-b:v", "3M", "-minrate", "3M", "-maxrate", "3M", "-bufsize", "3M", "-x264-params", "nal-hrd=cbr"];
  await Bun.spawn(
    ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30", "-f", "lavfi", "-i", "sine=r=48000"]
      .concat(["-t", String(SECONDS + 15), "-c:v", "libx264", "-preset", "ultrafast", ...rate, "-bf", "0"])
      .concat(["-g", "60", "-sc_threshold", "0", "-c:a", "aac", "-b:a", "128k", file]),
  ).exited;
  const packager: Packager = new Packager({
    broadcastId: "b",
    epoch: 1,
    renditions: ["source"],
    clock: systemClock,
    resume: null,
    startNumber: 0,
    onEvent: (event) => {
      if (event.type === "opened") packager.covered(event.number, performance.now());
      if (event.type === "source") console.log(JSON.stringify(event.info));
    },
  });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 30,
    fetch: originRoutes({ find: () => packager }).fetch,
  });
  const made: { sinks?: AttemptSinks } = {};
  const intake = startIntake({
    ...{ clock: systemClock, connect: rtmpConnect({ clock: systemClock, random: systemRandom }) },
    ...{ url: nginx.url, resume: null, wallMs: () => Date.now() },
    onInit(init) {
      made.sinks ??= packager.begin({ session: "s", attempt: 1, baseMs: intake.clockState!.baseMs });
      made.sinks.source.init(init);
    },
    onFragment: (fragment) => made.sinks?.source.fragment(fragment),
    onTag() {},
    onFact: (fact) => console.log(JSON.stringify(fact)),
    onClockState() {},
    onClose: (why, detail) => console.log("intake ended", why, detail),
  });
  await Bun.sleep(500);
  const publisher = Bun.spawn(["ffmpeg", "-v", "error", "-re", "-i", file, "-c", "copy", "-f", "flv", nginx.url]);
  const published = performance.now();
  while (packager.serving.multivariant() === null) await Bun.sleep(20);
  console.log(`publish to playable: ${Math.round(performance.now() - published)} ms`);
  const env = { ...process.env, FOLLOW: `http://127.0.0.1:${server.port}/media/b/` };
  const edge = Bun.spawn(["bun", import.meta.path], { env, stdout: "inherit" });
  await Bun.sleep(2_000);
  const copy = Bun.spawn(["ffmpeg", "-v", "error", "-i", nginx.url, "-c", "copy", "-f", "null", "-"]);
  await Bun.sleep(3_000);
  const before = { own: process.cpuUsage(), ffmpeg: await cpuSeconds(copy.pid), nginx: await nginx.cpu() };
  await Bun.sleep(SECONDS * 1000);
  const own = process.cpuUsage(before.own);
  const percent = (seconds: number) => `${((seconds / SECONDS) * 100).toFixed(2)} % of a core`;
  console.log(`intake + packager + origin:   ${percent((own.user + own.system) / 1e6)}`);
  console.log(`ffmpeg -c copy beside it:    ${percent((await cpuSeconds(copy.pid)) - before.ffmpeg)}`);
  console.log(`nginx-rtmp, for both:        ${percent((await nginx.cpu()) - before.nginx)}`);
  console.log(
    `memory of media: ${(packager.bytes / 1e6).toFixed(1)} MB, of the process: ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`,
  );
  edge.kill();
  publisher.kill();
  copy.kill();
  intake.close();
  made.sinks?.close();
  await server.stop(true);
  nginx.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Plays like an edge: blocking reloads, and a request for the hinted part in advance. */
async function follow(base: string) {
  let msn = 0;
  let part: number | undefined;
  for (;;) {
    const query = part === undefined ? "" : `?_HLS_msn=${msn}&_HLS_part=${part}`;
    const answer = await fetch(`${base}source.m3u8${query}`);
    const text = await answer.text();
    msn = Number(answer.headers.get("x-head-number"));
    const open = text.slice(text.lastIndexOf("#EXT-X-PROGRAM-DATE-TIME"));
    part = open.split("#EXT-X-PART:").length - 1;
    if (open.includes("#EXTINF")) [msn, part] = [msn + 1, 0];
    const hint = /HINT:TYPE=PART,URI="([^"]+)"/.exec(text)?.[1];
    if (hint) void fetch(base + hint).then((got) => got.arrayBuffer());
  }
}

async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await Bun.file(`/proc/${pid}/stat`).text()).replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function startNginx(folder: string) {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  const conf = `load_module /usr/lib/nginx/modules/ngx_rtmp_module.so; daemon off; master_process off; pid ${folder}/pid;
error_log ${folder}/error.log; events { worker_connections 64; }
rtmp { access_log off; server { listen 127.0.0.1:${port}; application live { live on; wait_key on; wait_video on; idle_streams on; } } }`;
  await Bun.write(join(folder, "nginx.conf"), conf);
  const nginx = Bun.spawn(["nginx", "-p", folder, "-c", join(folder, "nginx.conf")]);
  await Bun.sleep(300);
  return { url: `rtmp://127.0.0.1:${port}/live/x`, cpu: () => cpuSeconds(nginx.pid), stop: () => nginx.kill() };
}
