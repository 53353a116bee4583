// One's own account: GET /api/v1/me/account, and changing password, addresses and login. Each change is proved anew.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { type AccountView, changeEmailBody, changeLoginBody, changePasswordBody } from "#schema/api/account.ts";
import { type Account, changeLogin, changePassword } from "#schema/queries/accounts/account.ts";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { FieldRefusal } from "../../gateway/problems/problem.ts";
import { rules } from "../../gateway/rules/access.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import { foldedAddress } from "../email/address.ts";
import type { Post } from "../email/sender.ts";
import type { Auth } from "../identity.ts";
import { passwordFault } from "../password/common-passwords.ts";
import type { Confirm } from "./confirm.ts";

export interface AccountParts {
  gateway: Gateway;
  auth: Auth;
  confirm: Confirm;
  post: Post;
  audit: Audit;
}

const DAY_MS = 24 * 3_600_000;
/** A name is what people know each other by: it changes seldom, and nobody else takes it up at once. */
export const LOGIN_CHANGE_MS = 30 * DAY_MS;
export const LOGIN_HELD_MS = 90 * DAY_MS;

export function accountRoutes({ database, clock }: EdgeWorld, { gateway, auth, confirm, post, audit }: AccountParts) {
  const { sql } = database;
  const changing = { access: "signed-in", limit: "auth" } as const;

  return new Elysia({ prefix: "/api/v1/me", normalize: false })
    .use(rules)
    .get("/account", async ({ who }) => view(await confirm.own(who)), { rule: { access: "signed-in", limit: "read" } })
    .put(
      "/password",
      async ({ who, body, request, set }) => {
        const account = await confirm.own(who);
        if (account.passwordHash !== null && body.oldPassword === undefined)
          throw new FieldRefusal([{ path: "oldPassword", message: "your present password is needed" }]);
        await confirm.prove(account, who, body.oldPassword);
        const fault = passwordFault(body.password, account);
        if (fault) throw new FieldRefusal([{ path: "password", message: fault }]);
        const passwordHash = await auth.passwords.hash(body.password);
        const ended = await changePassword(sql, {
          userId: account.id,
          beforeHash: account.passwordHash,
          passwordHash,
          keepSignInId: who.signInId,
        });
        // Of two who change it at once the second knew an old one.
        if (!ended) throw new Refusal("bad_credentials");
        await auth.revocations.revoke(...ended);
        await audit({
          actorId: account.id,
          target: account.id,
          act: "password.changed",
          address: gateway.asked(request).address,
        });
        post.tell(request, account, (letters, told) => letters.passwordChanged(told));
        set.status = 204;
      },
      { body: changePasswordBody, rule: changing },
    )
    .put(
      "/email",
      async ({ who, body, request, set }) => {
        const account = await confirm.own(who);
        await confirm.prove(account, who, body.password);
        const email = foldedAddress(body.email);
        // The same answer for an address that somebody has: its owner is written to, the asker learns nothing.
        if (email !== account.email) post.change(account, email, request);
        set.status = 204;
      },
      { body: changeEmailBody, rule: { access: "signed-in", limit: "email" } },
    )
    .put(
      "/login",
      async ({ who, body, request }): Promise<AccountView> => {
        const account = await confirm.own(who);
        await confirm.prove(account, who, body.password);
        const login = body.login.toLowerCase();
        if (isReservedLogin(login)) throw new FieldRefusal([{ path: "login", message: "this login is reserved" }]);
        if (login === account.login) return view(account);
        const change = {
          userId: account.id,
          login,
          typed: body.login,
          onceInMs: LOGIN_CHANGE_MS,
          holdMs: LOGIN_HELD_MS,
        };
        const changed = await changeLogin(sql, change);
        if (changed === "unknown") throw new Refusal("not_signed_in");
        if (changed === "login_changed_lately") throw new Refusal(changed, undefined, waitMs(account));
        if (changed !== "changed") throw new Refusal(changed);
        // Tokens carry the login: whoever refreshes has the new one.
        await auth.revocations.revoke(account.id);
        const detail = { before: account.login, after: login };
        await audit({
          actorId: account.id,
          target: account.id,
          act: "login.changed",
          address: gateway.asked(request).address,
          detail,
        });
        return view(await confirm.own(who));
      },
      { body: changeLoginBody, rule: changing },
    );

  function waitMs({ loginChangedAt }: Account): number {
    return loginChangedAt ? Math.max(0, loginChangedAt.getTime() + LOGIN_CHANGE_MS - clock.wallMs()) : 0;
  }

  function view(account: Account): AccountView {
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
