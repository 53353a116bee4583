// One room's owner: lines from the request to the acknowledgement, with a store that only counts, and with PostgreSQL.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NO_JUDGING } from "#actors/chat/log/memory-judging.ts";
import type { ChatStore } from "#actors/chat/log/store.ts";
import { createPostgresChatStore } from "#actors/chat/log/store-postgres.ts";
import { openRoom } from "#actors/chat/room.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import { migrate } from "#schema/migrate.ts";
import { DataFolder } from "../../../up/data-folder.ts";
import { lineBody, nowMs } from "../../support/crowd/line-body.ts";
import { cpuMicros } from "../../support/helper-process.ts";
import { quantile } from "../../support/quantiles.ts";
import { startStores } from "../../support/stores.ts";
import { type BenchResult, median } from "../result.ts";

/** As many as an edge has on the way to one actor. */
const IN_FLIGHT = 1_000;
const SPEAKERS = 300;
const ROUNDS = 5;
const ROUND_MS = 2_000;

export async function benchAdmission(): Promise<BenchResult> {
  const path = mkdtempSync(join(tmpdir(), "bench-chat-"));
  const stores = await startStores(new DataFolder(path), () => {});
  const database = connectDatabase({ url: stores.databaseUrl, applicationName: "bench", connectionsMax: 4 });
  try {
    await migrate(database);
    const rows = [
      ["in memory", "≥ 20 000", ...(await rounds(async () => countingStore()))],
      ["durable", "≥ 5 000", ...(await rounds(async (channelId) => claimed(database, channelId)))],
    ];
    return {
      title: "Chat: admission by one owner",
      target: "≥ 20 000 lines/s in memory, ≥ 5 000 durable",
      method: `${IN_FLIGHT} lines of ${SPEAKERS} speakers in flight, ${ROUNDS} rounds of ${ROUND_MS} ms after one for warming up, median; each committed batch is written as JSON, as the bus needs it; processor time is the room's process's, with the speakers; PostgreSQL with synchronous_commit on`,
      header: ["store", "target", "lines/s", "lines for a second of processor time", "p50 / p99 ms"],
      rows,
    };
  } finally {
    await database.close();
    await stores.stop();
    rmSync(path, { recursive: true, force: true });
  }
}

async function rounds(storeOf: (channelId: string) => Promise<ChatStore>): Promise<string[]> {
  const channelId = random.uuid(clock.wallMs());
  const store = await storeOf(channelId);
  const log = createLog({ name: "bench", level: "error" });
  const publish = (batch: unknown) => void Buffer.from(JSON.stringify(batch));
  const room = openRoom({
    ...{ channelId, epoch: 1, clock, random, log, store, publish, nowMs: clock.wallMs },
    onFenced: () => {
      throw new Error("the room was fenced");
    },
  });
  const users = Array.from({ length: SPEAKERS }, (_, n) => {
    const login = `load_bot_${String(n).padStart(5, "0")}`;
    return { id: random.uuid(clock.wallMs()), login, displayName: login, color: "#2f6fdb", badges: [] };
  });
  let number = 0;
  const perSecond: number[] = [];
  const perCpuSecond: number[] = [];
  const tookMs: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    let said = 0;
    const untilMs = performance.now() + ROUND_MS;
    const speak = async () => {
      for (let startMs = performance.now(); startMs < untilMs; startMs = performance.now()) {
        const speaker = ++number % SPEAKERS;
        const body = lineBody({ speaker, number, sentMs: nowMs() });
        const request = { type: "room.say", user: users[speaker]!, nonce: String(number), body } as const;
        await room.handle(request, { id: String(number), deadlineMonoMs: startMs + 10_000 });
        if (round > 0) tookMs.push(performance.now() - startMs);
        said++;
      }
    };
    const startMs = performance.now();
    const cpuBefore = cpuMicros();
    await Promise.all(Array.from({ length: IN_FLIGHT }, speak));
    if (round === 0) continue;
    perSecond.push(said / ((performance.now() - startMs) / 1_000));
    perCpuSecond.push(said / ((cpuMicros() - cpuBefore) / 1e6));
  }
  await room.stop("ask");
  const ms = (share: number) => quantile(tookMs, share).toFixed(1);
  return [median(perSecond).toFixed(0), median(perCpuSecond).toFixed(0), `${ms(0.5)} / ${ms(0.99)}`];
}

async function claimed(database: Database, channelId: string): Promise<ChatStore> {
  await database.sql`INSERT INTO actors (kind, key, epoch) VALUES ('channel', ${channelId}, 1)`;
  return createPostgresChatStore(database, clock);
}

/** Stores nothing. */
const countingStore = (): ChatStore => ({
  insert: async ({ lines }) => ({ kind: "inserted", seqs: lines.map(({ seq }) => seq) }),
  act: async ({ seq }) => ({ kind: "inserted", seqs: [seq] }),
  readBack: async () => ({ owned: true, seqById: new Map() }),
  byNonce: async () => [],
  headSeq: async () => 0,
  aside: async () => true,
  hold: async () => true,
  rules: async () => ({ stored: null, bans: [], warned: [], judging: NO_JUDGING }),
  events: async () => ({ pinned: null, poll: null, raid: null }),
  vote: async () => new Map(),
  votes: async () => [],
  raidWasTold: async () => {},
  entries: async () => [],
});
