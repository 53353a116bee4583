// Faults of the object store and of the way to it: refusals, silence, slowness, deaths, puts that break off, objects that are not what was put.

import { until } from "#ops/tests/support/until.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { httpHealthy } from "#ops/up/health.ts";
import { S3_BUCKET } from "#ops/up/services/s3.ts";
import { s3Keys } from "#ops/up/store-urls.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { connectObjects, type S3Objects } from "#runtime/objects/objects-s3.ts";
import { MEDIA_OBJECT, videoKey } from "#schema/wire/video-keys.ts";
import { operatorVerb } from "../../support/operator-verb.ts";
import { recordedSegments } from "../../support/recorded-video.ts";
import type { TcpProxy } from "../../support/tcp-proxy.ts";
import type { Scene } from "../scene.ts";
import type { Stage } from "../stage.ts";
import { metricSum } from "../watch/ingest-facts.ts";
import { lostSegments, videoOf } from "../watch/recording.ts";
import { portOf } from "./outage.ts";

/** As in ops/s3/faults.ts. */
type Fault = Partial<Record<"refusedShare" | "bytesPerSecond", number> & Record<"diskFull" | "hangs", boolean>>;

const NONE: Fault = { refusedShare: 0, bytesPerSecond: 0, diskFull: false, hangs: false };

const endpointOf = ({ system }: Stage) => `http://127.0.0.1:${portOf(system, "s3")}`;

/** The stage's store must obey: S3_FAULTS=on. */
export async function setFault(stage: Stage, fault: Fault) {
  const body = JSON.stringify({ ...NONE, ...fault });
  const answer = await fetch(`${endpointOf(stage)}/_faults`, { method: "PUT", body });
  if (!answer.ok) throw new Error(`the object store obeys no faults: ${answer.status}`);
}

const failedPuts = (stage: Stage) =>
  metricSum(stage, stage.actors, 'object_store_request_seconds_count{request="put",outcome="away"}');

interface Failing {
  fault: Fault;
  ms: number;
  /** Runs once the fault has lasted this long. */
  late?: { afterMs: number; work(scene: Scene): Promise<string> };
}

/** Proof: puts of recorders failed, and how much waited at the end. */
export const storeFails =
  ({ fault, ms, late }: Failing) =>
  async (scene: Scene): Promise<string> => {
    const { stage, strike, over } = scene;
    const before = await failedPuts(stage);
    const lostBefore = await lostSegments(stage);
    await setFault(stage, fault);
    strike();
    const untilMs = performance.now() + ms;
    let more = "";
    try {
      if (late) {
        await Bun.sleep(late.afterMs);
        more = `; ${await late.work(scene)}`;
      }
      await Bun.sleep(Math.max(0, untilMs - performance.now()));
    } finally {
      await setFault(stage, NONE);
    }
    over();
    const waiting = await metricSum(stage, stage.actors, "recorder_waiting_segments");
    const failed = (await failedPuts(stage)) - before;
    // A node that was started again counts from 0.
    if (failed <= 0 && !late) throw new Error("no put failed");
    const lost = (await lostSegments(stage)) - lostBefore;
    return `${failed} puts failed in ${ms} ms, ${waiting} segments waited at the end, ${lost} had no room${more}`;
  };

/** Kills the store again and again, as soon as it answers. */
export const storeDies =
  (times: number) =>
  async ({ stage, strike, over }: Scene): Promise<string> => {
    const { system } = stage;
    for (let n = 0; n < times; n++) {
      const starts = system.startsOf("s3");
      process.kill(system.pidOf("s3"), "SIGKILL");
      if (n === 0) strike();
      await until(
        "the object store to be back",
        async () => system.startsOf("s3") > starts && (await httpHealthy(`${endpointOf(stage)}/_health`)),
        { withinMs: 40_000 },
      );
    }
    over();
    return `the object store was killed ${times} times`;
  };

/** Bytes of a segment that have left its sender when its connection is reset. */
const TORN_AFTER_BYTES = 150_000;

/** Resets the connection to the store in the middle of a segment, several times. */
export const putsBreakOff =
  (times: number) =>
  async ({ stage, owner, strike, over }: Scene): Promise<string> => {
    const proxy = stage.objectProxies.get(owner.node);
    if (!proxy) throw new Error(`${owner.node} has no proxy`);
    let torn = 0;
    const done = Promise.withResolvers<void>();
    const sent = new Map<unknown, number>();
    proxy.onBytes = (connection: Connection, direction, bytes) => {
      if (direction !== "up") return;
      const begins = bytes.subarray(0, 4).toString("latin1") === "PUT ";
      const bytesSent = (begins ? 0 : (sent.get(connection) ?? 0)) + bytes.length;
      sent.set(connection, bytesSent);
      if (bytesSent < TORN_AFTER_BYTES || torn >= times) return;
      if (++torn === 1) strike();
      sent.delete(connection);
      connection.reset();
      if (torn === times) done.resolve();
    };
    try {
      await Promise.race([done.promise, Bun.sleep(60_000)]);
    } finally {
      proxy.onBytes = null;
    }
    over();
    if (torn < times) throw new Error(`only ${torn} puts broke off`);
    return `${torn} puts were reset after ${TORN_AFTER_BYTES} bytes`;
  };
type Connection = Parameters<NonNullable<TcpProxy["onBytes"]>>[0];

/** A client of the stage's store. To be stopped. */
export function storeClient(stage: Stage): S3Objects {
  const endpoint = endpointOf(stage);
  const keys = s3Keys(new DataFolder(stage.system.data).secrets());
  const place = { endpoint, publicEndpoint: endpoint, region: "us-east-1", bucket: S3_BUCKET, pathStyle: true };
  return connectObjects({ config: { ...place, ...keys }, clock: systemClock });
}

/** One object loses its end, another one gets a wrong byte; the operator's tool must name just these. Then both are as they were. */
export async function objectsAreDamaged(scene: Scene): Promise<string> {
  const { stage, strike } = scene;
  const videoId = await videoOf(scene);
  const objects = storeClient(stage);
  try {
    const [short, wrong] = await until("three segments", async () => {
      const stored = await recordedSegments(stage.sql, videoId);
      return stored.length >= 3 ? stored : null;
    });
    const keys = [short!, wrong!].map((segment) => videoKey.segment(videoId, "source", segment));
    const whole = await Promise.all(keys.map((key) => objects.get(key)));
    const flipped = whole[1]!.slice();
    flipped[flipped.length >> 1]! ^= 1;
    await objects.put(keys[0]!, whole[0]!.subarray(0, whole[0]!.length >> 1), MEDIA_OBJECT);
    await objects.put(keys[1]!, flipped, MEDIA_OBJECT);
    strike();
    const { code, out } = await operatorVerb(stage.system, "verify", videoId, "--deep", "--json");
    const { faults } = JSON.parse(out) as { faults: { kind: string; key: string }[] };
    const named = faults.map(({ kind, key }) => `${kind} ${key}`);
    if (code !== 1 || named.join() !== `size ${keys[0]},digest ${keys[1]}`)
      throw new Error(`verify: exit ${code}, ${named.join() || "nothing named"}`);
    for (const [i, key] of keys.entries()) await objects.put(key, whole[i]!, MEDIA_OBJECT);
    return `verify named ${named.join(" and ")}`;
  } finally {
    objects.stop();
  }
}
