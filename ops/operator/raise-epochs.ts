// `raise-epochs`: the step after a restore that was not made by `restore`: of pgBackRest, a cloud's backup, a dump, a snapshot.

import { resolve } from "node:path";
import { BackupFault } from "#ops/backup/fault.ts";
import { SWEEP_AFTER_MS } from "#ops/backup/restore/restore.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { UsageError } from "#ops/up/flags.ts";
import { withLonePostgres } from "#ops/up/lone-postgres.ts";
import { connectPatiently } from "#ops/up/patient-database.ts";
import { NotRunning } from "#ops/up/running-system.ts";
import { SILENT_MS } from "#runtime/cluster/judge.ts";
import { raiseEpochs as raise } from "#schema/queries/cluster/lineage.ts";
import { livingNodes } from "#schema/queries/cluster/nodes.ts";
import type { Verb, VerbContext } from "./verb.ts";

export const raiseEpochs: Verb = {
  use: "raise-epochs                     the step after a restore by another tool: adds 1 000 to epochs and numbers, so that nodes accept the database",
  async run(words, context) {
    if (words.length > 0) throw new UsageError("raise-epochs takes no words");
    await withOwner(context, async (databaseUrl) => {
      const database = await connectPatiently({ url: databaseUrl, applicationName: "operator" });
      try {
        const living = await livingNodes(database.sql, SILENT_MS);
        if (living.length > 0)
          throw new BackupFault(
            "nodes_running",
            `stop these actor nodes first: ${living.map(({ name }) => name).join(", ")}`,
          );
        const { actors, numbers } = await raise(database.sql, { sweepAfterMs: SWEEP_AFTER_MS });
        context.say(`raised ${actors} epochs and ${numbers} numbers by 1 000: nodes accept this database now`);
      } finally {
        await database.close();
      }
    });
    return 0;
  },
};

/** A restored database of `npm start` does not run, since the start refuses it. */
async function withOwner({ system, options }: VerbContext, work: (databaseUrl: string) => Promise<void>) {
  try {
    return await work(system().databaseUrl);
  } catch (error) {
    if (!(error instanceof NotRunning) || options.env) throw error;
    const data = resolve(typeof options.data === "string" ? options.data : ".data");
    return withLonePostgres(new DataFolder(data), work);
  }
}
