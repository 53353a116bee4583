// The restore drill: a system on air is backed up, its data folder is destroyed, and it comes back as it was at a second between two writes, ready
// to go live. Then: a database that was restored without the raised epochs is refused until the operator has raised them.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLACES } from "#ops/backup/archive.ts";
import { type S3Server, startS3 } from "#ops/s3/server.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { withLonePostgres } from "#ops/up/lone-postgres.ts";
import { findRunning } from "#ops/up/running-system.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { connectObjects } from "#runtime/objects/objects-s3.ts";
import type { WhereView } from "#schema/api/cluster.ts";
import { connectDatabase } from "#schema/database.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, getChannel, makeStreamKey, register, signIn } from "../support/api.ts";
import { ChatClient } from "../support/chat-client.ts";
import { operatorVerb } from "../support/operator-verb.ts";
import { placeOf } from "../support/playlists.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, runSupervisor, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const root = mkdtempSync(join(tmpdir(), "drill-"));
const keys = { accessKeyId: "test", secretAccessKey: "secret-of-tests" };
const into = join(root, "restored");
const keyFile = join(root, "backup.key");

let s3: S3Server;
/** Media and backups are in a store that the disaster does not reach. */
let env: Record<string, string>;
let system: TestSystem;
let streamer: Account;
let publisher: Publisher;

beforeAll(async () => {
  s3 = await startS3({
    folder: join(root, "s3"),
    keys: { ...keys, region: "us-east-1" },
    bucket: "live",
    durable: false,
  });
  await Bun.write(keyFile, `${"k".repeat(40)}\n`);
  env = {
    ...{
      S3_ENDPOINT: s3.url,
      S3_BUCKET: "live",
      S3_ACCESS_KEY_ID: keys.accessKeyId,
      S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
    },
    ...{ BACKUP: "on", BACKUP_KEY_FILE: keyFile, BACKUP_VERIFY_EVERY_HOURS: "0", BACKUP_RPO_SECONDS: "10" },
    // A broadcast goes on after the disaster.
    ...{ ENCODER_GRACE_MS: "3600000", LADDER: "none" },
  };
  system = await bootSystem({ env });
}, patient(60_000));

afterAll(async () => {
  await publisher?.kill();
  await system?.stop();
  await s3?.stop();
  rmSync(root, { recursive: true, force: true });
});

const ops = (data: string, ...words: string[]) => operatorVerb({ data, env }, ...words);
async function opsWell(data: string, ...words: string[]): Promise<string> {
  const { code, text } = await ops(data, ...words);
  expect(code, `${words.join(" ")}: ${text}`).toBe(0);
  return text;
}

async function withSql<T>(work: (sql: ReturnType<typeof connectDatabase>["sql"]) => Promise<T>): Promise<T> {
  const { sql, close } = connectDatabase({
    url: findRunning(system.data).databaseUrl,
    applicationName: "test",
    connectionsMax: 1,
  });
  return work(sql).finally(close);
}

/** Whether a file of PostgreSQL's log is in the store. */
async function isStored(file: string): Promise<boolean> {
  const config = {
    ...keys,
    endpoint: s3.url,
    publicEndpoint: s3.url,
    region: "us-east-1",
    bucket: "live",
    pathStyle: true,
  };
  const objects = connectObjects({ config, clock });
  try {
    return (await objects.list(PLACES.log)).items.some(({ key }) => key.endsWith(`/${file}`));
  } finally {
    objects.stop();
  }
}

const place = async () => placeOf(await (await fetch(`${system.url}/live/${streamer.login}/source.m3u8`)).text());
const where = async () => JSON.parse((await ops(system.data, "where", streamer.login, "--json")).out) as WhereView;
const isLive = () =>
  until("the channel to be live", async () => (await getChannel(system.url, streamer.login)).live?.phase === "live", {
    withinMs: 30_000,
  });
/** Rows that no process changes by itself. */
const rows = () =>
  withSql(async (sql) => {
    const [found] = await sql<{ users: number; lines: string }[]>`
      SELECT (SELECT count(*)::int FROM users) AS users,
        (SELECT string_agg(seq || ' ' || body, ', ' ORDER BY seq) FROM chat_entries) AS lines`;
    return found!;
  });

test(
  "write, back up, write more, destroy, restore to between two writes, compare, go live",
  async () => {
    const done = stopwatch();
    streamer = await register(system.url);
    const { streamKey } = await makeStreamKey(system.url, streamer);
    publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
    await isLive();
    done("live");
    const chat = await ChatClient.join({ url: system.url, channel: streamer.login, token: streamer.accessToken });
    expect((await chat.say("before the backup")).type).toBe("said");
    // The first one is made by itself, ten seconds after the start: whichever comes first.
    await until("a backup", async () => {
      const { code, text } = await ops(system.data, "backup");
      if (code !== 0) expect(text).toContain("backup_running");
      return code === 0;
    });
    done("backed up");

    expect((await chat.say("after the backup")).type).toBe("said");
    const wanted = await rows();
    await Bun.sleep(50);
    const [{ at }] = (await withSql(
      (sql) => sql`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at`,
    )) as unknown as [{ at: string }];
    await Bun.sleep(50);
    const lost = await register(system.url);
    for (const text of ["lost", "lost too"]) expect((await chat.say(text)).type).toBe("said");
    const seqBefore = chat.headSeq;
    await chat.leave();
    const before = {
      place: await place(),
      where: await where(),
      broadcast: (await getChannel(system.url, streamer.login)).live,
    };
    // What follows the last write must have left the machine: half of BACKUP_RPO_SECONDS at most, and the way.
    const [{ file }] = (await withSql((sql) => sql`SELECT pg_walfile_name(pg_switch_wal()) AS file`)) as unknown as [
      { file: string },
    ];
    await until("the log to be in the store", () => isStored(file));

    done("written more");

    await publisher.kill();
    await system.kill();
    rmSync(system.data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    const restored = await opsWell(join(root, "nothing"), "restore", "--into", into, "--at", at);
    expect(restored).toContain("raised ");
    done("restored");
    expect(existsSync(join(into, "postgres"))).toBe(true);

    system = await bootSystem({ env, data: into });
    done("up again");
    expect(await rows()).toEqual(wanted);
    // Tokens still count, since the secrets came back; who registered later is gone.
    expect(await call<{ login: string }>(`${system.url}/api/v1/me`, { token: streamer.accessToken })).toMatchObject({
      login: streamer.login,
    });
    await expect(signIn(system.url, lost)).rejects.toThrow("bad_credentials");

    // A client that knows more lines than there are starts anew, and numbers go on above what is stored.
    const resume = { seq: seqBefore };
    const again = await ChatClient.join({
      url: system.url,
      channel: streamer.login,
      token: streamer.accessToken,
      resume,
    });
    expect(await again.welcome).toMatchObject({ resumed: false, seq: 2 });
    expect(again.lines.map(({ body }) => body)).toEqual(["before the backup", "after the backup"]);
    expect(await again.sayPatiently("after the restore")).toMatchObject({ type: "said", seq: 3 });
    await again.leave();

    publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
    await isLive();
    const after = await getChannel(system.url, streamer.login);
    expect(after.live!.broadcastId).toBe(before.broadcast!.broadcastId);
    const here = await until("a segment", async () => {
      const now = await place();
      return now.last > before.place.last ? now : null;
    });
    expect(here.first).toBeGreaterThanOrEqual(before.place.first);
    expect(here.last).toBeGreaterThan(before.place.last + 900);
    expect(here.discontinuity).toBeGreaterThanOrEqual(before.place.discontinuity);
    expect((await where()).actor!.epoch).toBeGreaterThan(before.where.actor!.epoch + 900);
    const epochs = `epoch ${before.where.actor!.epoch} → ${(await where()).actor!.epoch}`;
    console.log(`restore drill: ${done("live again")}; ${epochs}, number ${before.place.last} → ${here.last}`);
  },
  patient(120_000),
);

test(
  "a running node ends when its database says that it is another one, and starts once the epochs are raised",
  async () => {
    await withSql((sql) => sql`UPDATE database_lineage SET identity = '1/1'`);
    await until("the node to refuse", () => system.logs("actor-1").includes("database refused"), { withinMs: 15_000 });
    expect(system.logs("actor-1")).toContain("npm run ops -- raise-epochs");
    await until(
      "the other nodes to count it dead",
      async () => {
        const { code, text } = await ops(system.data, "raise-epochs");
        if (code !== 0) expect(text).toContain("stop these actor nodes first: actor-1");
        return code === 0;
      },
      { withinMs: 30_000, everyMs: 1_000 },
    );
    await isLive();
  },
  patient(90_000),
);

test(
  "`npm start` refuses a database that was restored by hand, says what to run, and starts after it",
  async () => {
    await publisher.kill();
    expect(await system.stop()).toBe(0);
    // A restore by other means leaves the new timeline and the old row.
    await withLineage("timeline = timeline + 1");
    const words = ["--data", into, "--edge-port", String(system.edgePort), "--rtmp-port", String(system.rtmpPort)];
    const refused = runSupervisor({ words, env });
    expect(await refused.exited).toBe(1);
    expect(refused.output()).toContain("npm run ops -- raise-epochs");
    await opsWell(into, "raise-epochs");
    system = await bootSystem({ env, data: into });
    expect((await fetch(`${system.url}/readyz`)).status).toBe(200);
  },
  patient(90_000),
);

/** Called after each step, answers what all of them took. */
function stopwatch() {
  const steps: string[] = [];
  let fromMs = performance.now();
  return (step: string): string => {
    steps.push(`${step} ${((performance.now() - fromMs) / 1_000).toFixed(1)} s`);
    fromMs = performance.now();
    return steps.join(", ");
  };
}

/** Changes what the stopped database says of itself. */
async function withLineage(change: string) {
  await withLonePostgres(new DataFolder(into), async (url) => {
    const { sql, close } = connectDatabase({ url, applicationName: "test", connectionsMax: 1 });
    await sql.unsafe(`UPDATE database_lineage SET ${change}`).finally(close);
  });
}
