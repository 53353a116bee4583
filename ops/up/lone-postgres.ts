// Runs the bundled PostgreSQL of a data folder alone, for a step that no node may see.

import { existsSync } from "node:fs";
import type { DataFolder } from "./data-folder.ts";
import { endLeftovers, lockData } from "./lock.ts";
import { freePort } from "./ports.ts";
import { NotRunning } from "./running-system.ts";
import { Service } from "./service.ts";
import { postgresService } from "./services/postgres.ts";

/** `work` gets the URL for the superuser. Throws NotRunning without a database, and DataTaken while a system runs on the folder. */
export async function withLonePostgres<T>(folder: DataFolder, work: (databaseUrl: string) => Promise<T>): Promise<T> {
  if (!existsSync(folder.file("postgres"))) throw new NotRunning(`${folder.path} has no database`);
  const unlock = lockData(folder);
  try {
    await endLeftovers(folder);
    const { spec, url } = postgresService({ folder, port: await freePort() });
    const service = new Service(spec, folder, () => {});
    try {
      await service.start();
      return await work(url);
    } finally {
      await service.stop();
    }
  } finally {
    unlock();
  }
}
