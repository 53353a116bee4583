// A video of many segments is deleted by processes that are killed again and again: real object server, real PostgreSQL.

import { systemClock } from "#runtime/base/clock.ts";
import { connectObjects } from "#runtime/objects/objects-s3.ts";
import { testObjectStore } from "#runtime/objects/testing.ts";
import { markDeleting } from "#schema/queries/videos/deletion.ts";
import { madeChannel, madeVideo } from "#schema/queries/videos/testing.ts";
import type { TestDatabase } from "#schema/testing.ts";
import { uploadKey, videoKey, videoPrefix } from "#schema/wire/video-keys.ts";
import { startHelper } from "../helper-process.ts";

const PUTS_AT_ONCE = 16;
const PROCESSES_MAX = 200;

interface KilledDeletion {
  stored: TestDatabase;
  segments: number;
  /** Each process is killed when so many objects or rows are gone that the next share of the work is done. */
  kills: number;
}

export interface Left {
  kills: number;
  objects: number;
  rows: number;
  /** Of the video beside it, which nobody deletes. */
  neighbour: { objects: number; rows: number };
  seconds: number;
}

export async function deleteUnderKills({ stored, segments, kills }: KilledDeletion): Promise<Left> {
  const { sql } = stored.database;
  const objects = connectObjects({ config: testObjectStore(), clock: systemClock });
  const { channelId } = await madeChannel(sql, "ada");
  const [id, neighbour] = [
    await madeVideo(sql, channelId, { sessions: [{ segments }] }),
    await madeVideo(sql, channelId, { sessions: [{ segments: 10 }] }),
  ];
  const keys = [...keysOf(id, segments), ...keysOf(neighbour, 10), uploadKey(id)];
  await inParallel(keys, (key) => objects.put(key, new Uint8Array(8), { contentType: "video/mp4" }));
  await objects.uploads.begin(uploadKey(id), { contentType: "video/mp4" });
  await markDeleting(sql, id);

  const objectsOf = (videoId: string) => countBelow(objects, videoPrefix(videoId));
  const rowsOf = async (videoId: string) => {
    const [row] = await sql<{ n: number }[]>`
      SELECT (SELECT count(*) FROM video_segments WHERE video_id = ${videoId}) + (SELECT count(*) FROM videos WHERE id = ${videoId}) AS n`;
    return row!.n;
  };
  const left = async () => (await objectsOf(id)) + (await rowsOf(id));
  const whole = await left();
  const startedMs = performance.now();
  let killed = 0;
  for (let processes = 0; processes < PROCESSES_MAX; processes++) {
    const sweeper = await startHelper(`${import.meta.dir}/sweeper-process.ts`, { SWEPT_DATABASE_URL: stored.url });
    const swept = sweeper.ask("sweep").then(
      () => true,
      () => false,
    );
    const shareLeft = 1 - (killed + 1) / (kills + 1);
    const due = killed < kills ? becomesLess(left, whole * shareLeft) : new Promise<never>(() => {});
    const isDone = await Promise.race([swept, due.then(() => false)]);
    if (!isDone) killed++;
    await sweeper.kill();
    if (isDone) break;
  }
  const pending = (await objects.uploads.pending(uploadKey(id))).length;
  const upload = (await objects.look(uploadKey(id))) ? 1 : 0;
  const result = {
    ...{ kills: killed, objects: (await objectsOf(id)) + pending + upload, rows: await rowsOf(id) },
    neighbour: { objects: await objectsOf(neighbour), rows: await rowsOf(neighbour) },
    seconds: (performance.now() - startedMs) / 1_000,
  };
  await objects.remove(keysOf(neighbour, 10));
  objects.stop();
  return result;
}

const keysOf = (id: string, segments: number) => [
  videoKey.init(id, "source", "a0"),
  videoKey.poster(id),
  ...Array.from({ length: segments }, (_, number) => videoKey.segment(id, "source", { number, epoch: 1 })),
];

async function countBelow(objects: ReturnType<typeof connectObjects>, prefix: string): Promise<number> {
  let [count, after] = [0, ""];
  for (;;) {
    const { items, more } = await objects.list(prefix, { after });
    count += items.length;
    after = items.at(-1)?.key ?? after;
    if (!more) return count;
  }
}

async function becomesLess(left: () => Promise<number>, than: number) {
  while ((await left()) > than) await Bun.sleep(2);
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>) {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: PUTS_AT_ONCE }, worker));
}
