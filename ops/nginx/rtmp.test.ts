// The configuration of nginx-rtmp, with real encoders and hook servers that work, are dead, or hang.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpHealthy } from "#ops/up/health.ts";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";
import { patient } from "#schema/testing-slowness.ts";
import { flvMessages } from "#transcoding/intake/flv/flv-file.ts";
import { removeOldRecent } from "./recent.ts";
import { RECENT_FOLDER, RECENT_MS, rtmpConf } from "./rtmp.conf.ts";

const MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";
const BOOT = "0b0b0b0b-1111-4222-8333-444444444444";
const RIGHT_KEY = "live_right_key_5f1c";
const WRONG_KEY = "live_wrong_key_77aa";

interface Hook {
  path: string;
  query: URLSearchParams;
  body: URLSearchParams;
  atMs: number;
  /** Time since nginx first tried to send it. */
  sinceFirstTryMs: number;
}

const folder = mkdtempSync(join(tmpdir(), "rtmp-"));
mkdirSync(join(folder, RECENT_FOLDER));
const hooks: Hook[] = [];
const undo: (() => unknown)[] = [];
let rtmpPort = 0;
let httpPort = 0;
/** How the working edge answers all hooks but publish. */
let updates: "well" | "failing" = "well";

beforeAll(async () => {
  [rtmpPort, httpPort] = [await freePort(), await freePort()];
  const well = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answerHook });
  const hung = Bun.listen({ port: 0, hostname: "127.0.0.1", socket: { data() {} } });
  const dead = await freePort();
  undo.push(
    () => well.stop(true),
    () => hung.stop(true),
  );
  const text = rtmpConf({
    folder,
    bind: "127.0.0.1",
    rtmpPort,
    httpPort,
    edges: [`127.0.0.1:${dead}`, `127.0.0.1:${hung.port}`, `127.0.0.1:${well.port}`],
    ingest: "main",
    boot: BOOT,
    modulePath: existsSync(MODULE) ? MODULE : null,
    asRoot: process.getuid?.() === 0,
  });
  writeFileSync(join(folder, "nginx.conf"), text.replace("notify_update_timeout 10s", "notify_update_timeout 1s"));
  const log = Bun.file(join(folder, "error.log"));
  const nginx = Bun.spawn(
    dyingWithUs([program("nginx"), "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")]),
    {
      stderr: log,
      stdout: "ignore",
    },
  );
  undo.push(async () => {
    nginx.kill("SIGTERM");
    await nginx.exited;
  });
  await until(() => httpHealthy(`http://127.0.0.1:${httpPort}/healthz`));
});

afterAll(async () => {
  for (const step of undo.reverse()) await step();
  rmSync(folder, { recursive: true, force: true });
});

async function answerHook(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const body = new URLSearchParams(await request.text());
  const sinceFirstTryMs = Date.now() - Number(request.headers.get("x-hook-at")) * 1_000;
  hooks.push({ path: url.pathname, query: url.searchParams, body, atMs: performance.now(), sinceFirstTryMs });
  if (url.pathname !== "/hooks/rtmp/publish") return new Response(null, { status: updates === "well" ? 200 : 500 });
  if (!body.get("name")?.startsWith(RIGHT_KEY)) return new Response("no such key", { status: 403 });
  return new Response(null, { status: 302, headers: { location: `pub-${body.get("clientid")}` } });
}

async function until(happens: () => unknown, withinMs = 10_000) {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const answer = await Promise.resolve()
      .then(happens)
      .catch(() => false);
    if (answer) return;
    if (performance.now() > deadlineMs) throw new Error(`waited ${withinMs} ms in vain for ${happens}`);
    await Bun.sleep(25);
  }
}

const live = (name: string) => `rtmp://127.0.0.1:${rtmpPort}/live/${name}`;
const stat = async () => (await fetch(`http://127.0.0.1:${httpPort}/stat`)).text();
const seen = (path: string, from: number) => hooks.slice(from).filter((hook) => hook.path === `/hooks/rtmp/${path}`);

function publish(key: string, words: string[] = []) {
  const source =
    "-re -f lavfi -i testsrc2=size=160x90:rate=10 -f lavfi -i sine -c:v libx264 -preset ultrafast -g 10 -c:a aac";
  const argv = ["ffmpeg", "-hide_banner", "-loglevel", "error", ...source.split(" "), ...words, "-f", "flv", live(key)];
  return Bun.spawn(dyingWithUs(argv), { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
}

test("the configuration is the golden text", () => {
  const text = rtmpConf({
    folder: "/data/nginx",
    bind: "10.0.0.5",
    rtmpPort: 1935,
    httpPort: 8080,
    edges: ["127.0.0.1:9001", "127.0.0.1:9002"],
    ingest: "main",
    boot: BOOT,
    modulePath: MODULE,
    rtmps: {
      port: 1936,
      innerPort: 8081,
      certificate: "/etc/live/full chain.pem",
      key: "/etc/live/key.pem",
      modulePath: "/usr/lib/nginx/modules/ngx_stream_module.so",
    },
    asRoot: true,
  });
  expect(text).toBe(readFileSync(join(import.meta.dir, "rtmp.golden.conf"), "utf8"));
});

test("hooks carry ingest and boot, and an edge's 302 renames the stream, although two other edges are dead or hung", async () => {
  const from = hooks.length;
  // Fields that the encoder sets come before those of nginx.
  const evil = "x&addr=9.9.9.9&name=evil";
  const words = [
    "-rtmp_flashver",
    evil,
    "-rtmp_swfurl",
    evil,
    "-rtmp_pageurl",
    evil,
    "-rtmp_tcurl",
    `${live("")}${evil}`,
  ];
  const encoder = publish(`${RIGHT_KEY}?ingest=evil&name=evil`, words);
  try {
    await until(() => seen("publish", from).length > 0);
    const [hook] = seen("publish", from);
    expect(hook!.query.toString()).toBe(`ingest=main&boot=${BOOT}`);
    expect(hook!.body.get("name")).toBe(RIGHT_KEY);
    expect([hook!.body.get("flashver"), hook!.body.get("addr")]).toEqual([evil, "127.0.0.1"]);
    expect(hook!.body.get("call")).toBe("publish");
    // The hung edge took four seconds before nginx tried the next one.
    expect(hook!.sinceFirstTryMs).toBeGreaterThan(3_500);
    expect(hook!.sinceFirstTryMs).toBeLessThan(patient(8_000));
    const publicName = `pub-${hook!.body.get("clientid")}`;
    await until(async () => (await stat()).includes(`<name>${publicName}</name>`));
    expect(await stat()).not.toContain(RIGHT_KEY);
    const puller = Bun.spawn([
      "ffprobe",
      "-v",
      "error",
      "-show_entries",
      "stream=codec_name",
      "-of",
      "csv=p=0",
      live(publicName),
    ]);
    expect((await new Response(puller.stdout).text()).trim().split("\n").sort()).toEqual(["aac", "h264"]);
    expect(seen("play", from)[0]!.body.get("name")).toBe(publicName);
    await until(() => seen("update", from).length >= 3, 20_000);
    expect(encoder.exitCode).toBeNull();
  } finally {
    encoder.kill("SIGTERM");
    await encoder.exited;
  }
  await until(() => seen("publish_done", from).length > 0);
  expect(seen("publish_done", from)[0]!.query.get("boot")).toBe(BOOT);
});

test("what an encoder sent is in files that carry no key, begin with a keyframe behind its headers, and go after a while", async () => {
  const from = hooks.length;
  const encoder = publish(RIGHT_KEY);
  const recent = async () => {
    const listed: { name: string }[] = await (await fetch(`http://127.0.0.1:${httpPort}/recent/`)).json();
    return listed.map(({ name }) => name);
  };
  try {
    await until(() => seen("publish", from).length > 0);
    const name = `pub-${seen("publish", from)[0]!.body.get("clientid")}`;
    const file = () => recent().then((names) => names.find((one) => one.startsWith(`${name}-`)));
    await until(file);
    expect(await file()).toMatch(/^pub-\d+-\d{10}\.flv$/);
    const messages = async () =>
      flvMessages(await (await fetch(`http://127.0.0.1:${httpPort}/recent/${await file()}`)).bytes());
    await until(async () => (await messages()).length > 20);
    const video = (await messages()).filter(({ type }) => type === 9);
    expect(video.slice(0, 3).map(({ body }) => [...body.subarray(0, 2)])).toEqual([
      [0x17, 0],
      [0x17, 1],
      [0x27, 1],
    ]);
    expect(video[1]!.timestamp).toBeLessThan(100);
  } finally {
    encoder.kill("SIGTERM");
    await encoder.exited;
  }
  const kept = await recent();
  expect([kept.length > 0, kept.some((one) => one.includes(RIGHT_KEY))]).toEqual([true, false]);
  removeOldRecent(join(folder, RECENT_FOLDER));
  expect(await recent()).toEqual(kept);
  const oldS = (Date.now() - RECENT_MS) / 1_000 - 10;
  for (const one of kept) utimesSync(join(folder, RECENT_FOLDER, one), oldS, oldS);
  removeOldRecent(join(folder, RECENT_FOLDER));
  expect(await recent()).toEqual([]);
  removeOldRecent(join(folder, "nowhere"));
});

test("an encoder stays connected while edges fail", async () => {
  const from = hooks.length;
  const encoder = publish(RIGHT_KEY);
  try {
    await until(() => seen("publish", from).length > 0);
    updates = "failing";
    await until(() => seen("update", from).length >= 3, 20_000);
    expect(encoder.exitCode).toBeNull();
  } finally {
    updates = "well";
    encoder.kill("SIGTERM");
    await encoder.exited;
  }
});

test("a wrong key is refused within a second of the edge's answer, and no key is in any log", async () => {
  const from = hooks.length;
  const encoder = publish(WRONG_KEY);
  expect(await encoder.exited).not.toBe(0);
  expect(performance.now() - seen("publish", from)[0]!.atMs).toBeLessThan(patient(1_000));
  expect(await stat()).not.toContain(WRONG_KEY);
  const log = readFileSync(join(folder, "error.log"), "utf8");
  expect(log).toContain("upstream"); // The log is not empty: it reports the dead edge.
  expect(log).not.toContain(RIGHT_KEY);
  expect(log).not.toContain(WRONG_KEY);
});
