// Serves the asker's own account of schema/api/me.ts. Each change needs the password or a fresh sign-in.

import { Refusal } from "#runtime/actor/actor.ts";
import { type AccountView, changeEmail, changeLogin, changePassword, readAccount } from "#schema/api/me.ts";
import * as accounts from "#schema/queries/accounts/account.ts";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import { FieldRefusal } from "../../gateway/problems/problem-details.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import { foldedAddress } from "../email/address.ts";
import type { EmailSender } from "../email/sender.ts";
import type { Auth } from "../identity.ts";
import { passwordFault } from "../password/password-rules.ts";
import type { Reauthentication } from "./reauthentication.ts";

export interface AccountRoutesParts {
  auth: Auth;
  reauthentication: Reauthentication;
  emails: EmailSender;
  audit: Audit;
}

const DAY_MS = 24 * 3_600_000;
/** People know each other by their logins: a login may change once in this time, and the old one is held for 90 days. */
const LOGIN_CHANGE_MS = 30 * DAY_MS;
export const LOGIN_HELD_MS = 90 * DAY_MS;

export function accountRoutes({ database, clock }: EdgeWorld, parts: AccountRoutesParts): Served[] {
  const { sql } = database;
  const { auth, reauthentication, emails, audit } = parts;

  return [
    serve(readAccount, async ({ who }) => view(await reauthentication.accountOf(who))),
    serve(changePassword, async ({ who, body, ...visit }) => {
      const account = await reauthentication.accountOf(who);
      if (account.passwordHash !== null && body.oldPassword === undefined)
        throw new FieldRefusal([{ path: "oldPassword", message: "your present password is needed" }]);
      await reauthentication.enforce(account, who, body.oldPassword);
      const fault = passwordFault(body.password, account);
      if (fault) throw new FieldRefusal([{ path: "password", message: fault }]);
      const passwordHash = await auth.passwords.hash(body.password);
      const ended = await accounts.changePassword(sql, {
        userId: account.id,
        beforeHash: account.passwordHash,
        passwordHash,
        keepDeviceId: who.deviceId,
      });
      // Another request has changed the password meanwhile.
      if (!ended) throw new Refusal("bad_credentials");
      await auth.revocations.revoke(...ended);
      await audit({ actorId: account.id, target: account.id, act: "password.changed", address: visit.address });
      emails.notify(visit, account, (notices, context) => notices.passwordChanged(context));
    }),
    serve(changeEmail, async ({ who, body, ...visit }) => {
      const account = await reauthentication.accountOf(who);
      await reauthentication.enforce(account, who, body.password);
      const email = foldedAddress(body.email);
      // The same answer for an address of another account: only its owner gets an e-mail.
      if (email !== account.email) emails.sendAddressChange(account, email, visit);
    }),
    serve(changeLogin, async ({ who, body, address }) => {
      const account = await reauthentication.accountOf(who);
      await reauthentication.enforce(account, who, body.password);
      const login = body.login.toLowerCase();
      if (isReservedLogin(login)) throw new FieldRefusal([{ path: "login", message: "this login is reserved" }]);
      if (login === account.login) return view(account);
      const changed = await accounts.changeLogin(sql, {
        userId: account.id,
        login,
        typed: body.login,
        onceInMs: LOGIN_CHANGE_MS,
        holdMs: LOGIN_HELD_MS,
      });
      if (changed === "unknown") throw new Refusal("not_signed_in");
      if (changed === "login_changed_lately") throw new Refusal(changed, undefined, waitMs(account));
      if (changed !== "changed") throw new Refusal(changed);
      // Access tokens carry the login: a refreshed one has the new login.
      await auth.revocations.revoke(account.id);
      const detail = { before: account.login, after: login };
      await audit({ actorId: account.id, target: account.id, act: "login.changed", address, detail });
      return view(await reauthentication.accountOf(who));
    }),
  ];

  function waitMs({ loginChangedAt }: accounts.Account): number {
    return loginChangedAt ? Math.max(0, loginChangedAt.getTime() + LOGIN_CHANGE_MS - clock.wallMs()) : 0;
  }

  function view(account: accounts.Account): AccountView {
    const { login, email, pendingEmail, createdAt } = account;
    const allowedInMs = waitMs(account);
    return {
      login,
      email,
      emailVerified: account.emailVerifiedAt !== null,
      pendingEmail,
      hasPassword: account.passwordHash !== null,
      twoFactor: account.totpConfirmedAt !== null,
      createdAt: createdAt.toISOString(),
      loginChangeAllowedAt: allowedInMs > 0 ? new Date(clock.wallMs() + allowedInMs).toISOString() : null,
    };
  }
}
