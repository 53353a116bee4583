// The compose file on a real engine: from nothing to a playing demo, killed nodes and ingests, a reboot, an upgrade while a stream runs.
// The engine is this machine's, or one of Debian's docker.io that the suite starts and ends (ops/tests/support/engine/). Where no registry of
// images can be reached, stand-ins of Debian's packages take the place of public images; COMPOSE_IMAGES=public takes those themselves.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, makeStreamKey, register } from "../support/api.ts";
import { ChatClient } from "../support/chat-client.ts";
import { engineFault } from "../support/engine/engine.ts";
import { followPlaylists } from "../support/playlists.ts";
import { type ReconnectingPublisher, startReconnecting } from "../support/reconnecting-encoder.ts";
import { until } from "../support/until.ts";
import { type Containers, startContainers } from "./compose/containers.ts";

const fault = engineFault();
if (fault) console.log(`compose: skipped, ${fault}`);
const SETUP_MS_MAX = 40 * 60_000;
const EDGE_BYTES_MAX = 200_000_000;
/** From `up` to a picture, once the images are there. */
const PLAYING_WITHIN_MS = 60_000;
/** Our services that stay up. */
const NODES = ["edge", "edge-2", "actor", "actor-2", "nginx", "nginx-2"];
/** A commit whose compose file is of the release before this one. */
const PREVIOUS = process.env.PREVIOUS_RELEASE ?? "367aabc9";

let system: Containers;
let streamer: Account;
let encoder: ReconnectingPublisher;

beforeAll(async () => {
  if (!fault) system = await startContainers();
}, SETUP_MS_MAX);
afterAll(async () => {
  await encoder?.kill();
  await system?.stop();
}, 300_000);

const master = (login = streamer.login) => `${system.url}/live/${login}/index.m3u8`;
/** Plays for a while; throws when the playlist goes back, or is refused. */
async function plays(forMs: number, login?: string) {
  const report = await followPlaylists(master(login), forMs);
  expect(report.faults).toEqual([]);
  return report;
}
const moreThan = (number: number, withinMs = 20_000) =>
  until("new segments", async () => (await system.place(streamer.login)) > number + 1, { withinMs: patient(withinMs) });

describe.skipIf(fault !== null)("docker compose", () => {
  test(
    "from nothing to a playing demo within a minute",
    async () => {
      const startMs = performance.now();
      await system.compose(["--profile", "demo", "up", "-d", "--no-build"], { withinMs: 300_000 });
      await until("the demo to play", async () => (await system.live("demo"))?.phase === "live", {
        withinMs: 120_000,
        everyMs: 200,
      });
      const tookMs = performance.now() - startMs;
      console.log(`a playing demo ${(tookMs / 1_000).toFixed(1)} s after \`docker compose up\``);
      const report = await plays(8_000, "demo");
      expect(report.count).toBeGreaterThan(15);
      expect(tookMs).toBeLessThan(patient(PLAYING_WITHIN_MS));
      await system.compose(["--profile", "demo", "stop", "demo"]);
    },
    patient(400_000),
  );

  test("every service is healthy, has its bounds and runs without root, and the edge's image is small", async () => {
    for (const service of [...NODES, "postgres", "nats", "redis", "s3", "balancer"]) await system.healthy(service);
    for (const service of NODES) {
      const [id] = await system.idsOf(service);
      const { Config, HostConfig } = await system.inspect(id!);
      expect([service, Config.User]).toEqual([service, service.startsWith("nginx") ? "33:33" : "1000:1000"]);
      expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ["ALL"], Init: true });
      expect(HostConfig.Memory).toBeGreaterThan(0);
      // No secret is in sight of `docker inspect`.
      const secrets = await system.secrets();
      for (const [name, secret] of Object.entries(secrets))
        expect([service, name, JSON.stringify(Config).includes(secret)]).toEqual([service, name, false]);
    }
    const bytes = await system.imageBytes("twitchclone-edge");
    console.log(`the edge's image has ${Math.round(bytes / 1e6)} MB`);
    expect(bytes).toBeLessThan(EDGE_BYTES_MAX);
    expect(await (await fetch(`${system.url}/readyz`)).json()).toEqual({ status: "ok" });
    expect(await system.compose(["run", "--rm", "-T", "operator", "nodes"])).toContain("actor-");
  }, 120_000);

  test("HTTPS speaks HTTP/2, and a write to the root file system is refused", async () => {
    const curl = await system.run([
      ...["curl", "-sk", "--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}"],
      `https://127.0.0.1:${system.ports.https}/readyz`,
    ]);
    expect(curl).toBe("2 200");
    await expect(system.compose(["exec", "-T", "actor", "touch", "/app/x"])).rejects.toThrow("Read-only");
  });

  test("an encoder's picture is played through the edges", async () => {
    streamer = await register(system.url);
    const { streamKey: key, rtmpUrl: server } = await makeStreamKey(system.url, streamer);
    expect(server).toBe(`rtmp://127.0.0.1:${system.ports.rtmp}/live`);
    encoder = await startReconnecting({ servers: [server], key });
    await system.isLive(streamer.login);
    const report = await plays(8_000);
    expect(report.count).toBeGreaterThan(20);
    const playlist = await system.text(streamer.login, "source.m3u8");
    const segment = playlist.split("\n").findLast((line) => line !== "" && !line.startsWith("#"));
    const media = await fetch(`${system.url}/live/${streamer.login}/${segment}`);
    expect(media.status).toBe(200);
    expect((await media.bytes()).length).toBeGreaterThan(100_000);
  }, 60_000);

  test("a client outside cannot pull an encoder's stream, not even by its inner name", async () => {
    const nodes = JSON.parse(await system.compose(["run", "--rm", "-T", "operator", "actors", "--json"])) as object;
    expect(JSON.stringify(nodes)).toContain("channel");
    const [ingest] = await system.publicNames();
    expect(ingest).toBeDefined();
    const pull = (from: string) => `ffmpeg -nostdin -loglevel error -i ${from} -t 1 -f null -`.split(" ");
    await system.compose(["exec", "-T", "actor", ...pull(`rtmp://${ingest!.service}:1935/live/${ingest!.name}`)]);
    const outside = Bun.spawn(pull(`rtmp://127.0.0.1:${system.ports.rtmp}/live/${ingest!.name}`), {
      stdout: "ignore",
      stderr: "ignore",
      timeout: 8_000,
    });
    expect(await outside.exited).not.toBe(0);
  }, 60_000);

  test(
    "an actor container is killed, and the show goes on",
    async () => {
      const before = await system.live(streamer.login);
      const chat = await ChatClient.join({ url: system.url, channel: streamer.login, token: streamer.accessToken });
      let said = 0;
      for (const service of ["actor", "actor-2"]) {
        const watched = followPlaylists(master(), 15_000);
        await system.compose(["kill", service]);
        await moreThan(await system.place(streamer.login));
        await until("the room to answer", async () => (await chat.say(`line ${said + 1}`)).type === "said");
        said++;
        expect((await watched).faults).toEqual([]);
        await system.compose(["start", service]);
        await system.healthy(service);
      }
      await chat.has(said);
      expect(chat.lines.map(({ body }) => body)).toEqual(["line 1", "line 2"]);
      expect((await system.live(streamer.login))!.broadcastId).toBe(before!.broadcastId);
      await chat.leave();
    },
    patient(240_000),
  );

  test(
    "an ingest is killed: the encoder finds the other at the same address, and the broadcast goes on",
    async () => {
      const before = await system.live(streamer.login);
      const starts = encoder.starts;
      const [{ service } = { service: "" }] = await system.publicNames();
      await system.compose(["kill", service]);
      const killedAt = performance.now();
      const place = await system.place(streamer.login);
      await moreThan(place, 30_000);
      console.log(`new segments ${((performance.now() - killedAt) / 1_000).toFixed(1)} s after the ingest was killed`);
      expect(encoder.starts).toBeGreaterThan(starts);
      expect((await system.publicNames())[0]!.service).not.toBe(service);
      expect((await system.live(streamer.login))!.broadcastId).toBe(before!.broadcastId);
      await system.compose(["start", service]);
      await system.healthy(service);
    },
    patient(120_000),
  );

  test(
    "an edge is killed: the other one serves, and hooks reach it",
    async () => {
      await system.compose(["kill", "edge"]);
      await plays(6_000);
      const second = await register(system.url);
      const { streamKey: key, rtmpUrl: server } = await makeStreamKey(system.url, second);
      const other = await startReconnecting({ servers: [server], key });
      await system.isLive(second.login);
      await other.kill();
      await system.compose(["start", "edge"]);
      await system.healthy("edge");
    },
    patient(120_000),
  );

  test(
    "every node leaves within its time at SIGTERM",
    async () => {
      for (const service of ["edge-2", "actor-2"]) {
        const startMs = performance.now();
        await system.compose(["stop", service]);
        const [id] = await system.idsOf(service);
        const { State } = await system.inspect(id!);
        console.log(`${service} left after ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
        expect([service, State.ExitCode]).toEqual([service, 0]); // 137: killed after its grace.
        await system.compose(["start", service]);
        await system.healthy(service);
      }
      await plays(4_000);
    },
    patient(180_000),
  );

  test(
    "an upgrade replaces every node while a stream runs, without a fault for viewers",
    async () => {
      const before = await system.live(streamer.login);
      const imagesBefore = await Promise.all(NODES.map(async (name) => (await system.idsOf(name))[0]));
      await system.buildImages({ version: "next" });
      const watching = new AbortController();
      const watched = system.watch(master(), watching.signal);
      const out = await system.upgrade("next");
      expect(out).toContain("all services run this release");
      await moreThan(await system.place(streamer.login));
      watching.abort();
      const { faults, longestPauseMs } = await watched;
      console.log(`longest pause of a player during the upgrade: ${Math.round(longestPauseMs)} ms`);
      expect(faults).toEqual([]);
      const after = await Promise.all(NODES.map(async (name) => (await system.idsOf(name))[0]));
      for (const [index, id] of after.entries()) expect(id).not.toBe(imagesBefore[index]);
      expect((await system.live(streamer.login))!.broadcastId).toBe(before!.broadcastId);
    },
    patient(600_000),
  );

  test(
    "after a reboot of the machine the system recovers by itself, whatever starts first",
    async () => {
      const running = (await system.compose(["ps", "-q"])).split("\n").filter(Boolean);
      const states = await Promise.all(running.map((id) => system.inspect(id)));
      await system.docker(["kill", ...running.filter((_, index) => states[index]!.State.Running)]);
      for (const service of [
        "balancer",
        "nginx",
        "nginx-2",
        "actor",
        "actor-2",
        "edge",
        "edge-2",
        "s3",
        "redis",
        "nats",
      ])
        await system.compose(["start", service]);
      await system.compose(["start", "postgres"]);
      await until("the site", async () => (await fetch(`${system.url}/readyz`)).ok, { withinMs: 90_000 });
      for (const service of [...NODES, "balancer"]) await system.healthy(service);
      await system.isLive(streamer.login, 60_000);
    },
    patient(300_000),
  );

  test(
    "lines, accounts and secrets survive down and up",
    async () => {
      await encoder.kill();
      const secrets = await system.secrets();
      await system.compose(["down"], { withinMs: 300_000 });
      await system.compose(["up", "-d", "--no-build"], { withinMs: 300_000 });
      await until("the site", async () => (await fetch(`${system.url}/readyz`)).ok, { withinMs: 60_000 });
      const chat = await ChatClient.join({ url: system.url, channel: streamer.login, token: streamer.accessToken });
      expect(chat.lines.map(({ body }) => body)).toEqual(["line 1", "line 2"]);
      await chat.leave();
      expect(await system.secrets()).toEqual(secrets);
      await system.compose(["down", "-v"], { withinMs: 300_000 });
    },
    patient(600_000),
  );
});

describe.skipIf(fault !== null || !hasPrevious())("an upgrade from the release before", () => {
  test(
    "keeps the broadcast, the lines and the accounts",
    async () => {
      const old = await system.previousRelease(PREVIOUS);
      await old.up();
      streamer = await register(system.url);
      const { streamKey: key, rtmpUrl: server } = await makeStreamKey(system.url, streamer);
      encoder = await startReconnecting({ servers: [server], key });
      await system.isLive(streamer.login);
      const before = await system.live(streamer.login);
      const chat = await ChatClient.join({ url: system.url, channel: streamer.login, token: streamer.accessToken });
      await until("the room to answer", async () => (await chat.say("before")).type === "said");
      const place = await system.place(streamer.login);
      await chat.leave();

      const startMs = performance.now();
      await system.compose(["up", "-d", "--no-build", "--remove-orphans"], { withinMs: 300_000, env: old.secrets });
      await system.isLive(streamer.login, 90_000);
      await moreThan(place, 60_000);
      console.log(
        `${((performance.now() - startMs) / 1_000).toFixed(1)} s from \`up\` of the new release to new segments`,
      );
      expect((await system.live(streamer.login))!.broadcastId).toBe(before!.broadcastId);
      const again = await ChatClient.join({ url: system.url, channel: streamer.login, token: streamer.accessToken });
      expect((await again.say("after")).type).toBe("said");
      await again.has(2);
      expect(again.lines.map(({ body }) => body)).toEqual(["before", "after"]);
      await again.leave();
      await plays(6_000);
      // What stood in .env is kept from now on.
      expect(await system.secrets()).toMatchObject(old.secrets);
    },
    patient(1_200_000),
  );
});

function hasPrevious() {
  return Bun.spawnSync(["git", "cat-file", "-e", `${PREVIOUS}^{commit}`]).exitCode === 0;
}
