// For tests: nodes that own the actor of one video, with a real PostgreSQL and real programs.

import { openVideo } from "#actors/video/activation.ts";
import { videoNode } from "#actors/video/node.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import type { Activation } from "#runtime/cluster/activation.ts";
import { readActorConfig } from "#runtime/config/actor.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import type { Sandbox } from "#runtime/process/sandbox.ts";
import { createPostgresStore } from "#runtime/store/store-postgres.ts";
import type { TestDatabase } from "#schema/testing.ts";

interface VideoNodesOptions {
  stored: TestDatabase;
  objects: Objects;
  sandbox: Sandbox;
  /** Where uploads are worked on. */
  folder: string;
}

export function videoNodes({ stored, objects, sandbox, folder }: VideoNodesOptions) {
  const { database, url } = stored;
  const store = createPostgresStore({ database, claims: database, clock: systemClock });
  const settings = {
    ...{ DATABASE_URL: url, NATS_URL: "nats://h:1", REDIS_URL: "redis://h:1", INTERNAL_PORT: "1" },
    ...{ INGESTS: "main=rtmp://127.0.0.1:1/live|http://127.0.0.1:1", LADDER_PRESET: "ultrafast" },
    UPLOAD_SCRATCH_DIR: folder,
  };
  const config = readActorConfig(settings, { ladders: ["480p"] });
  const log = createLog({ name: "test", level: "silent" });
  const ladderPlan = { lags: false };
  /** What nodes have fenced away. */
  const fenced: string[] = [];

  /** A new node claims the video's actor. */
  async function wake(videoId: string): Promise<Activation> {
    const node = crypto.randomUUID();
    const id = { kind: "video", key: videoId };
    await database.sql`INSERT INTO nodes (incarnation, name, address, slots) VALUES (${node}, 'test', '127.0.0.1:1', 1)`;
    const row = await store.actors.look(id);
    const claimed = await store.actors.claim(id, { node, believedEpoch: row!.epoch, dead: null });
    const connections = {
      ...{ config, log, clock: systemClock, nowMs: () => Date.now(), store, database },
      ...{ objects, processes: systemProcesses, sandbox, ladderPlan },
    };
    return openVideo(videoNode(connections), {
      ...{ key: videoId, claimed: claimed!, mayWrite: () => true },
      onFenced: () => void fenced.push(node),
    });
  }

  return { store, wake, ladderPlan, fenced };
}
