// The compose file on a real engine: build, start, publish, watch, chat, restart of the actor, shutdown.
// Needs an engine (DOCKER_HOST may name one) and `docker compose` or docker-compose; skipped without them.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { freePort } from "#ops/up/ports.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, getChannel, makeStreamKey, register } from "../support/api.ts";
import { ChatClient } from "../support/chat-client.ts";
import { followPlaylists, placeOf } from "../support/playlists.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { until } from "../support/until.ts";

const ROOT = join(import.meta.dir, "../../..");
const BUILD_MS_MAX = 15 * 60_000;
const COMMAND_MS_MAX = 120_000;
const PROJECT = `compose-${process.pid}`;
/** Settings as ops/docker/env.sh writes them. */
const SECRETS = Object.fromEntries(
  [
    "JWT_SECRET",
    "RESTREAM_SECRET",
    "POSTGRES_PASSWORD",
    "POSTGRES_NODE_PASSWORD",
    "NATS_EDGE_PASSWORD",
    "NATS_ACTOR_PASSWORD",
    "NATS_OPERATOR_PASSWORD",
    "REDIS_NODE_PASSWORD",
    "REDIS_OPERATOR_PASSWORD",
  ].map((name) => [name, crypto.randomUUID().replaceAll("-", "")]),
);
const COMPOSE = [["docker", "compose"], ["docker-compose"]].find((argv) => succeeds([...argv, "version"]));
const there = COMPOSE !== undefined && succeeds(["docker", "info"]);

function succeeds(argv: string[]) {
  try {
    return Bun.spawnSync(argv, { timeout: 10_000 }).exitCode === 0;
  } catch {
    return false; // The program is not installed.
  }
}

let settings: Record<string, string>;
let url: string;
let streamer: Account;
let server: string;
let key: string;
let publisher: Publisher;

/** Runs a command and returns its output. Throws with its standard error. */
async function run(argv: string[], withinMs = COMMAND_MS_MAX): Promise<string> {
  const child = Bun.spawn(argv, {
    cwd: ROOT,
    env: { ...process.env, ...settings },
    stdout: "pipe",
    stderr: "pipe",
    timeout: withinMs,
  });
  const [out, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${argv.join(" ")}: ${errors.slice(-2_000)}`);
  return out.trim();
}
const compose = (words: string[], withinMs?: number) => run([...COMPOSE!, "-p", PROJECT, ...words], withinMs);
const container = async (service: string) => (await compose(["ps", "-a", "-q", service])).split("\n");
const inspect = (id: string, format: string) => run(["docker", "inspect", "-f", format, id]);
const isHealthy = (id: string) =>
  until(`${id} to be healthy`, async () => (await inspect(id, "{{.State.Health.Status}}")) === "healthy", {
    withinMs: 60_000,
    everyMs: 500,
  });
const live = async () => (await getChannel(url, streamer.login)).live;
const text = async (path: string) => (await fetch(`${url}/live/${streamer.login}/${path}`)).text();
/** The next media sequence number. */
const place = async () => placeOf(await text("source.m3u8")).next.msn;
const isLive = () =>
  until("the broadcast to be live", async () => (await live())?.phase === "live", { withinMs: 30_000 });

describe.skipIf(!there)("docker compose", () => {
  beforeAll(async () => {
    const web = await freePort();
    const rtmp = await freePort(new Set([web]));
    settings = { ...SECRETS, BIND: "127.0.0.1", WEB_PORT: `${web}`, RTMP_PORT: `${rtmp}` };
    url = `http://127.0.0.1:${web}`;
    await compose(["up", "-d", "--build"], BUILD_MS_MAX);
  }, BUILD_MS_MAX);

  afterAll(async () => {
    await publisher?.kill();
    if (settings) await compose(["down", "-v"]);
  }, COMMAND_MS_MAX);

  test("every service with a health check is healthy, and our services do not run as root", async () => {
    for (const service of ["postgres", "redis", "edge", "actor", "nginx"]) {
      const [id] = await container(service);
      await isHealthy(id!);
    }
    for (const service of ["edge", "actor", "nginx"])
      expect(await compose(["exec", "-T", service, "id", "-u"]), service).not.toBe("0");
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: "ok" });
    expect(await compose(["run", "--rm", "-T", "operator", "nodes"])).toContain("actor-");
  });

  test("an encoder's picture is played through the edge", async () => {
    streamer = await register(url);
    ({ streamKey: key, rtmpUrl: server } = await makeStreamKey(url, streamer));
    expect(server).toBe(`rtmp://127.0.0.1:${settings.RTMP_PORT}/live`);
    publisher = await startPublisher({ server, key });
    await isLive();
    const report = await followPlaylists(`${url}/live/${streamer.login}/index.m3u8`, 8_000);
    expect(report.faults).toEqual([]);
    expect(report.count).toBeGreaterThan(20);
    const playlist = await text("source.m3u8");
    const segment = playlist.split("\n").findLast((line) => line !== "" && !line.startsWith("#"));
    const media = await fetch(`${url}/live/${streamer.login}/${segment}`);
    expect(media.status).toBe(200);
    expect((await media.bytes()).length).toBeGreaterThan(100_000);
  });

  test("a client outside cannot pull an encoder's stream, not even with the intake's own token", async () => {
    const search = "cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -m1 ^rtmp:";
    const source = await compose(["exec", "-T", "actor", "bash", "-c", search]);
    expect(source).toStartWith("rtmp://nginx:1935/live/");
    const pull = (from: string) => `ffmpeg -nostdin -loglevel error -i ${from} -t 1 -f null -`.split(" ");
    await compose(["exec", "-T", "actor", ...pull(source)]);
    const outside = source.replace("rtmp://nginx:1935/live", server);
    const pulled = Bun.spawn(pull(outside), { stdout: "ignore", stderr: "ignore", timeout: 8_000 });
    expect(await pulled.exited).not.toBe(0);
  });

  test("after a restart of the actor the playlist continues and the room keeps its lines", async () => {
    const before = await live();
    const chat = await ChatClient.join({ url, channel: streamer.login, token: streamer.accessToken });
    expect(await chat.say("before")).toMatchObject({ type: "said", seq: 1 });
    const watched = followPlaylists(`${url}/live/${streamer.login}/index.m3u8`, 20_000);
    await compose(["restart", "actor"]);
    const restartedAt = await place();
    await until("new segments", async () => (await place()) > restartedAt + 1, { withinMs: 20_000 });
    const said = await until("the room to answer", async () => {
      const verdict = await chat.say("after");
      return verdict.type === "said" && verdict;
    });
    expect(said).toMatchObject({ seq: 2 });
    await chat.has(2);
    expect(chat.lines.map(({ body }) => body)).toEqual(["before", "after"]);
    expect((await live())!.broadcastId).toBe(before!.broadcastId);
    expect((await watched).faults).toEqual([]);
    await chat.leave();
  });

  test(
    "with two actor nodes either can be killed",
    async () => {
      const before = await live();
      await compose(["up", "-d", "--no-recreate", "--scale", "actor=2"]);
      const both = await container("actor");
      expect(both).toHaveLength(2);
      for (const id of both) await isHealthy(id);
      for (const id of both) {
        const watched = followPlaylists(`${url}/live/${streamer.login}/index.m3u8`, 15_000);
        await run(["docker", "kill", id]);
        const killedAt = await place();
        await until("new segments", async () => (await place()) > killedAt + 1, { withinMs: 20_000 });
        expect((await watched).faults).toEqual([]);
        await run(["docker", "start", id]);
        await isHealthy(id);
      }
      expect((await live())!.broadcastId).toBe(before!.broadcastId);
    },
    patient(240_000),
  );

  test("hooks reach a recreated edge, and each start of nginx is a new boot", async () => {
    const before = await live();
    const boot = () =>
      compose(["exec", "-T", "nginx", "grep", "-m1", "-o", "boot=[0-9a-f-]*", "/tmp/nginx/nginx.conf"]);
    const bootBefore = await boot();
    await compose(["up", "-d", "--no-deps", "--force-recreate", "edge"]);
    await until("the edge to be back", async () => (await fetch(`${url}/readyz`)).ok, { withinMs: 30_000 });
    await isLive();
    await compose(["restart", "nginx"]);
    await publisher.exited;
    expect(await boot()).not.toBe(bootBefore);
    await until(
      "nginx to take the encoder again",
      async () => {
        publisher = await startPublisher({ server, key });
        return (await Promise.race([publisher.exited, Bun.sleep(2_000)])) === undefined;
      },
      { withinMs: 30_000 },
    );
    const restartedAt = await place();
    await until("new segments", async () => (await place()) > restartedAt + 1, { withinMs: 30_000 });
    expect((await live())!.broadcastId).toBe(before!.broadcastId);
  });

  test(
    "after a reboot of the machine the system recovers by itself, whatever starts first",
    async () => {
      await publisher.kill();
      const all = (await compose(["ps", "-a", "-q"])).split("\n");
      // The migrating container has ended.
      const states = await Promise.all(all.map((id) => inspect(id, "{{.State.Running}}")));
      await run(["docker", "kill", ...all.filter((_, index) => states[index] === "true")]);
      for (const service of ["nginx", "actor", "edge", "redis", "nats", "postgres"])
        await run(["docker", "start", ...(await container(service))]);
      await until("the edge to be back", async () => (await fetch(`${url}/readyz`)).ok, { withinMs: 60_000 });
      for (const service of ["edge", "actor", "nginx"]) for (const id of await container(service)) await isHealthy(id);
      publisher = await startPublisher({ server, key });
      await isLive();
    },
    patient(240_000),
  );

  test("chat lines survive down and up", async () => {
    await publisher.stop();
    await compose(["down"]);
    await compose(["up", "-d"]);
    await until("the edge to be back", async () => (await fetch(`${url}/readyz`)).ok, { withinMs: 30_000 });
    const chat = await ChatClient.join({ url, channel: streamer.login, token: streamer.accessToken });
    expect(chat.lines.map(({ body }) => body)).toEqual(["before", "after"]);
    await chat.leave();
  });
});
