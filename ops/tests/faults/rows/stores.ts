// Rows about the stores: NATS, PostgreSQL and Redis away, hung or refusing. The show goes on, and no actor is taken over.

import { SLOWNESS } from "#schema/testing-slowness.ts";
import { freezeOwner, natsAway, stopReadingEdge } from "../injections/nats.ts";
import { backendsGone, diskFull, loseTraffic, postgresAway, postgresHung, readOnly } from "../injections/postgres.ts";
import { redisAway, redisFlushed, redisHung } from "../injections/redis.ts";
import type { Scene } from "../scene.ts";
import { type Census, nothingWasReplaced, takeCensus } from "../watch/census.ts";
import { HttpProbe } from "../watch/http-probe.ts";
import type { FaultRow } from "./fault-row.ts";

interface StoreRow extends Pick<FaultRow, "id" | "name" | "inject" | "limits"> {
  /** No actor may be taken over for this long afterwards. Default 4 s. */
  watchMs?: number;
  /** Longest time that a viewer's request may take. */
  requestMs: number;
  /** Refusals of lines that must have happened: time until the refusal, and code (default `unavailable`). Absent: none may happen. */
  refused?: { fromMs: number; toMs: number; codes?: string[]; maybe?: boolean };
  /** The owner goes silent meanwhile. Default false. */
  takenOver?: boolean;
}

/** A row about a store: the sockets stay, and so does the owner unless the fault makes it silent; everything recovers by itself. */
function storeRow(row: StoreRow): FaultRow {
  const { id, name, limits, inject, takenOver = false, watchMs = 4_000, requestMs, refused } = row;
  let census: Census;
  let probes: HttpProbe[];
  let refusalsBefore = 0;
  return {
    id,
    name,
    takenOver,
    socketsStay: true,
    limits,
    async inject(scene: Scene) {
      const { stage, show } = scene;
      census = await takeCensus(stage);
      refusalsBefore = show.room.refusals.length;
      const { login } = show.channel;
      const asked = { urls: stage.edgeUrls, path: `/api/v1/channels/${login}`, withinMs: requestMs * SLOWNESS };
      const send = { method: "PATCH", token: show.streamer.accessToken, body: { title: "said during a fault" } };
      probes = [new HttpProbe(asked), new HttpProbe({ ...asked, send })];
      try {
        return await inject(scene);
      } catch (error) {
        await Promise.all(probes.map((probe) => probe.stop()));
        throw error;
      }
    },
    async after({ stage, show }) {
      const probed = (await Promise.all(probes.map((probe) => probe.finish()))).join("; ");
      await Bun.sleep(watchMs);
      const refusals = show.room.refusals.slice(refusalsBefore);
      const { fromMs = 0, toMs = 0, codes = ["unavailable"], maybe = false } = refused ?? {};
      const odd = refusals.filter(
        ({ code, afterMs }) => !codes.includes(code) || afterMs < fromMs || afterMs > toMs * SLOWNESS,
      );
      if (odd.length > 0) throw new Error(`refused with another code: ${JSON.stringify(odd.slice(0, 5))}`);
      if (refused && !maybe && refusals.length === 0) throw new Error("no line was refused");
      const times = refusals.map(({ afterMs }) => Math.round(afterMs));
      const lines =
        refusals.length > 0
          ? `${refusals.length} lines refused after ${Math.min(...times)}–${Math.max(...times)} ms; `
          : "";
      return `${takenOver ? "" : `${await nothingWasReplaced(stage, census)}; `}${lines}${probed}`;
    },
  };
}

const natsRow = (id: string, ms: number, more: Partial<StoreRow> = {}) =>
  storeRow({
    id,
    name: `NATS killed, back after ${ms / 1_000} s`,
    inject: natsAway(ms),
    limits: { resumeCallMs: 500, resumeLineMs: 1_500, stillMs: 3_000 },
    requestMs: 3_000,
    watchMs: ms >= 10_000 ? 15_000 : 5_000,
    ...more,
  });

export const storeRows: FaultRow[] = [
  natsRow("F-06a", 500),
  natsRow("F-06b", 3_000),
  natsRow("F-06c", 10_000, { refused: { fromMs: 0, toMs: 6_500 } }),
  natsRow("F-06d", 60_000, { refused: { fromMs: 0, toMs: 6_500 } }),
  storeRow({
    id: "F-07a",
    name: "an edge that reads nothing is dropped by NATS as a slow consumer",
    inject: stopReadingEdge,
    limits: { callMs: 2_000, resumeLineMs: 2_000, pictureMs: 12_000 },
    requestMs: 15_000,
  }),
  storeRow({
    id: "F-07b",
    name: "the owner, for which messages pile up, is dropped by NATS as a slow consumer",
    inject: freezeOwner,
    takenOver: true,
    limits: { takeOverMs: 3_000, callMs: 4_000, pictureMs: 6_000 },
    requestMs: 6_000,
    refused: { fromMs: 0, toMs: 6_500, codes: ["unavailable", "busy"], maybe: true },
    watchMs: 15_000,
  }),
  storeRow({
    id: "F-08a",
    name: "PostgreSQL restarted (fast shutdown)",
    inject: postgresAway({ ms: 300, by: "SIGINT" }),
    limits: { callMs: 1_500, resumeLineMs: 2_000, stillMs: 3_000 },
    requestMs: 3_000,
  }),
  storeRow({
    id: "F-08b",
    name: "PostgreSQL killed with all its backends",
    inject: postgresAway({ ms: 300, by: "SIGKILL" }),
    limits: { callMs: 1_500, resumeLineMs: 2_000, stillMs: 3_000 },
    requestMs: 3_000,
  }),
  storeRow({
    id: "F-08c",
    name: "PostgreSQL away for 30 s",
    inject: postgresAway({ ms: 30_000, by: "SIGINT" }),
    limits: { callMs: 3_500, resumeLineMs: 2_000, stillMs: 3_000 },
    requestMs: 3_000,
    refused: { fromMs: 4_500, toMs: 6_500 },
    watchMs: 15_000,
  }),
  storeRow({
    id: "F-08d",
    name: "all backends of PostgreSQL terminated, ten times",
    inject: backendsGone(10),
    limits: { callMs: 1_500, resumeLineMs: 2_000, stillMs: 3_000 },
    requestMs: 3_000,
  }),
  storeRow({
    id: "F-08e",
    name: "PostgreSQL read-only for 12 s",
    inject: readOnly(12_000),
    limits: { callMs: 3_500, resumeLineMs: 2_000, stillMs: 3_000 },
    requestMs: 3_000,
    refused: { fromMs: 4_500, toMs: 6_500 },
    watchMs: 15_000,
  }),
  storeRow({
    id: "F-08f",
    name: "the disk of PostgreSQL full for 12 s",
    inject: diskFull({ ms: 12_000 }),
    limits: { callMs: 3_500, stillMs: 3_000 },
    requestMs: 8_000,
    refused: { fromMs: 4_500, toMs: 6_500 },
    watchMs: 15_000,
  }),
  storeRow({
    id: "F-08g",
    name: "PostgreSQL hung for 60 s: stopped with all its backends",
    inject: postgresHung(60_000),
    limits: { callMs: 3_500, resumeLineMs: 2_000, stillMs: 3_000 },
    requestMs: 12_000,
    refused: { fromMs: 4_500, toMs: 6_500 },
    watchMs: 15_000,
  }),
  storeRow({
    id: "F-08i",
    name: "the disk of PostgreSQL full, including its log: it dies and cannot start for 12 s",
    inject: diskFull({ ms: 12_000, dies: true }),
    limits: { callMs: 3_500, stillMs: 3_000 },
    requestMs: 8_000,
    refused: { fromMs: 4_500, toMs: 6_500 },
    watchMs: 15_000,
  }),
  // A client that was just connecting when the fault ends waits 3 s before its next try.
  storeRow({
    id: "F-08h",
    name: "the network drops all traffic between actor nodes and PostgreSQL for 20 s without closing connections",
    inject: loseTraffic(20_000),
    limits: { callMs: 3_500, resumeLineMs: 5_000, stillMs: 3_000 },
    requestMs: 3_000,
    refused: { fromMs: 4_500, toMs: 6_500 },
    watchMs: 15_000,
  }),
  storeRow({
    id: "F-10a",
    name: "Redis flushed",
    inject: redisFlushed,
    limits: { callMs: 1_000, lineMs: 2_000, stillMs: 3_000 },
    requestMs: 1_500,
  }),
  storeRow({
    id: "F-10b",
    name: "Redis killed and started again",
    inject: redisAway(300),
    limits: { callMs: 1_000, lineMs: 2_000, stillMs: 3_000 },
    requestMs: 1_500,
  }),
  storeRow({
    id: "F-10c",
    name: "Redis away for 20 s",
    inject: redisAway(20_000),
    limits: { callMs: 1_000, lineMs: 2_000, stillMs: 3_000 },
    requestMs: 1_500,
  }),
  storeRow({
    id: "F-10d",
    name: "Redis hung for 10 s",
    inject: redisHung(10_000),
    limits: { callMs: 1_000, lineMs: 2_000, stillMs: 3_000 },
    requestMs: 1_500,
  }),
];
