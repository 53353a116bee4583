// `two-factor-off <login>`: for a user who has lost both authenticator and recovery codes.

import { audit } from "#edge/staff/audit-log.ts";
import { UsageError } from "#ops/up/flags.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { removeTotp } from "#schema/queries/accounts/two-factor.ts";
import { userByName } from "#schema/queries/accounts/users.ts";
import { withDatabase } from "./system.ts";
import type { Verb } from "./verb.ts";

export const twoFactorOff: Verb = {
  use: "two-factor-off <login>    removes two-factor from an account; first make sure that the account's owner asks",
  async run([login, ...rest], { system, say }) {
    if (!login || login.includes("@") || rest.length > 0) throw new UsageError("two-factor-off takes a login");
    const wasOn = await withDatabase(system(), async (sql) => {
      const user = await userByName(sql, [login.toLowerCase()]);
      if (!user) throw new UsageError(`no account has the login "${login}"`);
      if (!(await removeTotp(sql, user.id))) return false;
      const entry = { actorId: null, act: "totp.disabled", target: user.id } as const;
      await audit(sql, { id: random.uuid(clock.wallMs()), ...entry, detail: { by: "operator" } });
      return true;
    });
    say(wasOn ? `${login} signs in by password alone now` : `${login} has no two-factor sign-in`);
    return 0;
  },
};
