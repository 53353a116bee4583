// `grant <login> admin|staff|user`: changes the platform role of an account.

import { audit } from "#edge/staff/audit-log.ts";
import { UsageError } from "#ops/up/flags.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { changeRole } from "#schema/queries/people/platform-roles.ts";
import { withDatabase } from "./system.ts";
import type { Verb } from "./verb.ts";

const ROLES = ["admin", "staff", "user"] as const;

export const grant: Verb = {
  use: "grant <login> admin|staff|user    changes the platform role of an account, on signed-in devices within 5 s",
  async run([login, name, ...rest], { system, say }) {
    const role = ROLES.find((known) => known === name);
    if (!login || !role || rest.length > 0) throw new UsageError("grant takes a login and one of admin, staff, user");
    const change = await withDatabase(system(), async (sql) => {
      const made = await changeRole(sql, { login, role, evenLastAdmin: true });
      if (made.outcome === "changed") {
        const entry = { actorId: null, act: "role.granted", target: made.userId } as const;
        await audit(sql, {
          id: random.uuid(clock.wallMs()),
          ...entry,
          detail: { role, was: made.was, by: "operator" },
        });
      }
      return made;
    });
    if (change.outcome === "unknown") throw new UsageError(`no account has the login "${login}"`);
    say(`${login} is now ${role}`);
    return 0;
  },
};
