// `second-step-off <login>`: for who has lost their authenticator and their recovery codes.

import { audit } from "#edge/staff/audit-log.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { removeTotp } from "#schema/queries/accounts/two-factor.ts";
import { userByName } from "#schema/queries/accounts/users.ts";
import { withDatabase } from "./system.ts";
import { type Verb, WrongUse } from "./verb.ts";

export const secondStepOff: Verb = {
  use: "second-step-off <login>    lets an account sign in by its password alone; make sure who asks for it",
  async run([login, ...rest], { system, say }) {
    if (!login || login.includes("@") || rest.length > 0) throw new WrongUse("second-step-off takes a login");
    const wasOn = await withDatabase(system(), async (sql) => {
      const user = await userByName(sql, login.toLowerCase());
      if (!user) throw new WrongUse(`nobody here is called "${login}"`);
      if (!(await removeTotp(sql, user.id))) return false;
      const entry = { actorId: null, act: "totp.disabled", target: user.id } as const;
      await audit(sql, { id: random.uuid(clock.wallMs()), ...entry, detail: { by: "operator" } });
      return true;
    });
    say(wasOn ? `${login} signs in by password alone now` : `${login} had no second step`);
    return 0;
  },
};
