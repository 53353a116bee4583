// `grant <login> admin|staff|user`: what an account may do on the whole platform.

import { audit } from "#edge/staff/audit-log.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { changeRole } from "#schema/queries/people/platform-roles.ts";
import { withDatabase } from "./system.ts";
import { type Verb, WrongUse } from "./verb.ts";

const ROLES = ["admin", "staff", "user"] as const;

export const grant: Verb = {
  use: "grant <login> admin|staff|user    gives an account that role, within 5 s also where it is signed in",
  async run([login, name, ...rest], { system, say }) {
    const role = ROLES.find((known) => known === name);
    if (!login || !role || rest.length > 0) throw new WrongUse("grant takes a login and one of admin, staff, user");
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
    if (change.outcome === "unknown") throw new WrongUse(`nobody here is called "${login}"`);
    say(`${login} is now ${role}`);
    return 0;
  },
};
