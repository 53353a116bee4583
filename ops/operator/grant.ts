// `grant <login> admin|staff|user`: what an account may do on the whole platform.

import { grantRole } from "#schema/queries/roles.ts";
import { withDatabase } from "./system.ts";
import { type Verb, WrongUse } from "./verb.ts";

const ROLES = ["admin", "staff", "user"] as const;

export const grant: Verb = {
  use: "grant <login> admin|staff|user    gives an account that role; its next sign-in or refresh shows it",
  async run([login, name, ...rest], { system, say }) {
    const role = ROLES.find((known) => known === name);
    if (!login || !role || rest.length > 0) throw new WrongUse("grant takes a login and one of admin, staff, user");
    const found = await withDatabase(system(), (sql) => grantRole(sql, { login, role }));
    if (!found) throw new WrongUse(`nobody here is called "${login}"`);
    say(`${login} is now ${role}`);
    return 0;
  },
};
