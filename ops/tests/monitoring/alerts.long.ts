// Faults of a running system, while an encoder publishes and people watch and write: each fires its alert in a real Prometheus, Alertmanager tells
// it to a receiver, and when the fault is over the alert resolves. Before the first fault nothing fires.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signal } from "#ops/up/processes.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { ChatClient } from "../support/chat-client.ts";
import { descendantsOf } from "../support/descendants.ts";
import { ownerOf } from "../support/owner.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { startWatchers, type Watchers } from "./watchers.ts";

/** 16 Mbit/s: what a recorder may keep in memory is full in 8 s. */
const HEAVY =
  "-c:v libx264 -preset ultrafast -tune zerolatency -profile:v main -pix_fmt yuv420p -g 60 -keyint_min 60 -sc_threshold 0 -x264-params nal-hrd=cbr -b:v 16000k -minrate 16000k -maxrate 16000k -bufsize 8000k -c:a aac -b:a 96k -ar 48000 -ac 2";
const SOCKETS_MAX = 30;
const FIRES_WITHIN_MS = 60_000;
const RESOLVES_WITHIN_MS = 90_000;

const folder = mkdtempSync(join(tmpdir(), "monitoring-"));
/** A process that makes backups is not part of each installation: this one stands for it. */
const backup = { lastSuccessMs: Date.now() };
let system: TestSystem;
let watchers: Watchers;
let streamer: Account;
let encoder: Publisher;
let backupServer: ReturnType<typeof Bun.serve>;
/** What goes on in the background; ended with the test. */
const errands: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  system = await bootSystem({
    edges: 2,
    actors: 2,
    env: {
      LADDER: "480p",
      SOCKETS_PER_EDGE: String(SOCKETS_MAX),
      SPOOL_DIR: join(folder, "spool"),
      SPOOL_BYTES_MAX: String(12 * 1024 ** 2),
      THUMBNAIL_INTERVAL_MS: "0",
    },
  });
  backupServer = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(`backup_last_success_timestamp_seconds ${backup.lastSuccessMs / 1_000}\n`),
  });
  streamer = await register(system.url);
  const { streamKey } = await makeStreamKey(system.url, streamer);
  encoder = await startPublisher({ server: system.rtmpUrl, key: streamKey, encode: HEAVY.split(" ") });
  await until("the broadcast", async () => (await getChannel(system.url, streamer.login)).live, { withinMs: 30_000 });
  const hostOf = (name: string) => new URL(system.internalUrl(name)).host;
  watchers = await startWatchers({
    folder: join(folder, "watchers"),
    jobs: [
      { name: "edge", targets: ["edge-1", "edge-2"].map(hostOf) },
      { name: "actor", targets: ["actor-1", "actor-2"].map(hostOf) },
      { name: "backup", targets: [`127.0.0.1:${backupServer.port}`] },
    ],
  });
  const viewer = every(500, async () => {
    await fetch(`${system.url}/api/v1/channels?live=true`);
    await fetch(`${system.url}/live/${streamer.login}/index.m3u8`);
  });
  errands.push(viewer);
}, patient(180_000));

afterAll(async () => {
  for (const end of errands.reverse()) await end();
  await encoder?.kill();
  await watchers?.stop();
  await backupServer?.stop(true);
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
}, patient(60_000));

/** Runs `work` again and again, whatever becomes of it. Returns what ends it. */
function every(ms: number, work: () => Promise<unknown>): () => void {
  let isOver = false;
  void (async () => {
    while (!isOver) {
      await work().catch(() => {});
      await Bun.sleep(ms);
    }
  })();
  return () => {
    isOver = true;
  };
}

/** Stops a process and all below it. Returns what lets them go on. */
function pause(name: string): () => void {
  const first = system.pidOf(name);
  const pids = [first, ...descendantsOf(first).map(({ pid }) => pid)];
  for (const pid of pids) signal(pid, "SIGSTOP");
  const goOn = () => {
    for (const pid of pids.toReversed()) signal(pid, "SIGCONT");
  };
  errands.push(goOn);
  return goOn;
}

interface Fault {
  name: string;
  /** Those that must fire, and be told. */
  alerts: string[];
  /** Those that must fire and not be told, since another one explains them. */
  inhibited?: string[];
  /** Returns what heals it. */
  inject(): Promise<() => void | Promise<void>> | (() => void | Promise<void>);
}

const FAULTS: Fault[] = [
  {
    name: "kill -9 of the owner's node",
    alerts: ["ActorNodeDied"],
    async inject() {
      const { id } = await getChannel(system.url, streamer.login);
      signal(system.pidOf(await ownerOf(system, id)), "SIGKILL");
      return () => {};
    },
  },
  {
    name: "PostgreSQL hangs while people ask for channels",
    alerts: ["PostgresAway"],
    inhibited: ["ErrorRate"],
    inject: () => {
      const goOn = pause("postgres");
      const asking = Array.from({ length: 6 }, () =>
        every(50, () => fetch(`${system.url}/api/v1/channels?q=${Math.random()}`)),
      );
      return () => {
        for (const end of asking) end();
        goOn();
      };
    },
  },
  { name: "NATS hangs", alerts: ["NatsAway"], inject: () => pause("nats") },
  { name: "Redis hangs", alerts: ["RedisAway"], inject: () => pause("redis") },
  {
    name: "the object store hangs until the spool is full",
    alerts: ["ObjectStoreAway", "SpoolFilling", "RecordingGaps"],
    inject: () => pause("s3"),
  },
  {
    name: "an edge hangs",
    alerts: ["ProcessDown"],
    inject: () => pause("edge-2"),
  },
  {
    name: "the event loop of an edge stands still for a second, again and again",
    alerts: ["EventLoopStalls"],
    inject: () =>
      every(3_000, async () => {
        const goOn = pause("edge-2");
        await Bun.sleep(1_200);
        goOn();
      }),
  },
  {
    name: "an edge has nearly all the sockets that it takes",
    alerts: ["EdgeFull"],
    async inject() {
      const clients = await Promise.all(
        Array.from({ length: SOCKETS_MAX - 1 }, () =>
          ChatClient.join({ url: system.edgeUrl(2), channel: streamer.login }),
        ),
      );
      return async () => {
        await Promise.all(clients.map((client) => client.leave()));
      };
    },
  },
  {
    name: "FFmpeg gets a fifth of the time that it needs",
    alerts: ["EncoderBehind"],
    inject: () =>
      every(0, async () => {
        const ladders = ["actor-1", "actor-2"]
          .flatMap((name) => descendantsOf(system.pidOf(name)))
          .filter(({ command }) => /\bl\d+-480p/.test(command));
        if (ladders.length === 0) return Bun.sleep(50);
        for (const { pid } of ladders) signal(pid, "SIGSTOP");
        await Bun.sleep(400);
        for (const { pid } of ladders) signal(pid, "SIGCONT");
        await Bun.sleep(20);
      }),
  },
  {
    name: "FFmpeg is killed again and again",
    alerts: ["LaddersFail"],
    inject: () =>
      every(1_000, async () => {
        for (const name of ["actor-1", "actor-2"])
          for (const { pid, command } of descendantsOf(system.pidOf(name)))
            if (/\bl\d+-480p/.test(command)) signal(pid, "SIGKILL");
      }),
  },
  {
    name: "the last backup was made the day before yesterday",
    alerts: ["BackupStale"],
    inject: () => {
      backup.lastSuccessMs = Date.now() - 40 * 3_600_000;
      return () => {
        backup.lastSuccessMs = Date.now();
      };
    },
  },
];

test(
  "nothing fires while all is well",
  async () => {
    await until("figures of all processes", async () => (await watchers.ask("sum(up)"))[0] === 5, { withinMs: 30_000 });
    // Longer than each window and each patience of the rules.
    const untilMs = performance.now() + patient(30_000);
    while (performance.now() < untilMs) {
      expect(await watchers.firing()).toEqual([]);
      await Bun.sleep(1_000);
    }
  },
  patient(90_000),
);

test.each(FAULTS.map((fault) => [fault.name, fault] as const))(
  "%s",
  async (_, { alerts, inhibited = [], inject }) => {
    const heard = watchers.told.length;
    const toldOf = (status: "firing" | "resolved") =>
      new Set(
        watchers.told
          .slice(heard)
          .filter((one) => one.status === status)
          .map(({ alert }) => alert),
      );
    const startMs = performance.now();
    const took = () => ((performance.now() - startMs) / 1_000).toFixed(1);
    const heal = await inject();
    errands.push(heal);
    try {
      for (const alert of [...alerts, ...inhibited])
        await until(`${alert} to fire`, async () => (await watchers.firing()).includes(alert), {
          ...{ withinMs: FIRES_WITHIN_MS, everyMs: 250 },
        });
      for (const alert of alerts)
        await until(`${alert} to be told`, () => toldOf("firing").has(alert), { withinMs: 20_000 });
      for (const alert of inhibited) expect([...toldOf("firing")]).not.toContain(alert);
      console.log(`${[...alerts, ...inhibited].join(", ")} · fired within ${took()} s`);
    } finally {
      await heal();
    }
    for (const alert of [...alerts, ...inhibited])
      await until(`${alert} to resolve`, async () => !(await watchers.firing()).includes(alert), {
        ...{ withinMs: RESOLVES_WITHIN_MS, everyMs: 250 },
      });
    for (const alert of alerts)
      await until(`the end of ${alert} to be told`, () => toldOf("resolved").has(alert), { withinMs: 30_000 });
    console.log(`${alerts.join(", ")} · over after ${took()} s`);
    await until("nothing to fire", async () => (await watchers.firing()).length === 0, {
      withinMs: RESOLVES_WITHIN_MS,
    });
  },
  patient(300_000),
);

test("the system is whole after all of it, and errors of the faults are listed for admins", async () => {
  expect((await getChannel(system.url, streamer.login)).live?.phase).toBe("live");
  const listed = Bun.spawnSync([process.execPath, "ops/operator/main.ts", "errors", "--json", "--data", system.data]);
  expect(listed.exitCode, listed.stderr.toString()).toBe(0);
  const { items } = JSON.parse(listed.stdout.toString()) as { items: { message: string }[] };
  // A recorder that had no room said so.
  expect(items.map(({ message }) => message)).toContain("a segment of the recording is lost");
  await call(`${system.url}/api/v1/channels/${streamer.login}`);
});
