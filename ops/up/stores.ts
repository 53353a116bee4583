// PostgreSQL, NATS and Redis alone, for tests: started together, stopped together. Whoever reaches them may do all.

import type { DataFolder } from "./data-folder.ts";
import { freePort } from "./ports.ts";
import { Service } from "./service.ts";
import { natsService } from "./services/nats.ts";
import { postgresService } from "./services/postgres.ts";
import { redisService } from "./services/redis.ts";

export interface Stores {
  databaseUrl: string;
  natsUrl: string;
  redisUrl: string;
  /** Resolves when nothing of them runs. The folder stays. */
  stop(): Promise<void>;
}

/** On free ports of loopback; resolves when all are healthy. */
export async function startStores(folder: DataFolder, say: (line: string) => void): Promise<Stores> {
  const postgres = postgresService({ folder, port: await freePort() });
  const nats = natsService({ folder, port: await freePort(), monitorPort: await freePort(), users: null });
  const redis = redisService({ folder, port: await freePort(), users: null });
  await postgres.prepare();
  const services = [postgres.spec, nats, redis].map((spec) => new Service(spec, folder, say));
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
    stop,
  };
}
