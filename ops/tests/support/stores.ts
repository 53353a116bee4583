// PostgreSQL, NATS, Redis and S3 without the rest of the system. NATS and Redis have no users, PostgreSQL only the database owner.

import type { DataFolder } from "#ops/up/data-folder.ts";
import { freePort } from "#ops/up/ports.ts";
import { Service } from "#ops/up/service.ts";
import { natsService } from "#ops/up/services/nats.ts";
import { postgresService } from "#ops/up/services/postgres.ts";
import { redisService } from "#ops/up/services/redis.ts";
import { S3_BUCKET, s3Service } from "#ops/up/services/s3.ts";

export interface Stores {
  databaseUrl: string;
  natsUrl: string;
  redisUrl: string;
  /** `http://key:secret@host:port/bucket`. */
  s3Url: string;
  /** Resolves when all have ended. The data folder stays. */
  stop(): Promise<void>;
}

/** Starts the stores on free loopback ports. Resolves when all are healthy. `durable`: see postgresService. */
export async function startStores(
  folder: DataFolder,
  say: (line: string) => void,
  { durable = true }: { durable?: boolean } = {},
): Promise<Stores> {
  const postgres = postgresService({ folder, port: await freePort(), durable });
  const nats = natsService({ folder, port: await freePort(), monitorPort: await freePort(), users: null });
  const redis = redisService({ folder, port: await freePort(), users: null });
  const keys = { accessKeyId: "test", secretAccessKey: "secret-of-tests" };
  const s3 = s3Service({ folder, bind: "127.0.0.1", port: await freePort(), keys, durable });
  await postgres.prepare();
  const services = [postgres.spec, nats, redis, s3].map((spec) => new Service(spec, folder, say));
  const stop = async () => {
    await Promise.all(services.map((service) => service.stop()));
  };
  try {
    await Promise.all(services.map((service) => service.start()));
    await postgres.createDatabase();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    databaseUrl: postgres.url,
    natsUrl: `nats://127.0.0.1:${nats.port}`,
    redisUrl: `redis://127.0.0.1:${redis.port}`,
    s3Url: `http://${keys.accessKeyId}:${keys.secretAccessKey}@127.0.0.1:${s3.port}/${S3_BUCKET}`,
    stop,
  };
}
