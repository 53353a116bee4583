// `verify-backup [id]`: restores a backup into a scratch folder and compares it with the database.

import { verifyBackup as verify } from "#ops/backup/verification/verify-backup.ts";
import { UsageError } from "#ops/up/flags.ts";
import { NotRunning } from "#ops/up/running-system.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { withArchive } from "./archive-place.ts";
import { duration } from "./format.ts";
import type { Verb } from "./verb.ts";

export const verifyBackup: Verb = {
  use: "verify-backup [id]               restores it into a scratch folder and compares it with the database; exit 1 on a difference",
  async run([id = null, ...rest], context) {
    if (rest.length > 0) throw new UsageError("verify-backup takes one id of a backup at most");
    const { folder, databaseUrl } = context.system();
    if (!folder)
      throw new NotRunning('in containers pgBackRest verifies: see "Backups in containers" in ops/README.md');
    return withArchive(context, async ({ archive }) => {
      const scratch = folder.file("backup-scratch-operator");
      const check = await verify({ databaseUrl, archive, scratch, id, clock, random });
      for (const fault of check.faults) context.say(fault);
      context.say(
        `${check.backup}: ${check.tables} tables, ${check.rows} rows, ${check.faults.length} faults, in ${duration(check.tookMs)}`,
      );
      return check.faults.length === 0 ? 0 : 1;
    });
  },
};
