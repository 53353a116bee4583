// What the links of e-mails do, and asking for such e-mails: schema/api/email-links.ts, served.

import { Refusal } from "#runtime/actor/actor.ts";
import { forgotPassword, resendVerification, resetPassword, verifyEmail } from "#schema/api/email-links.ts";
import { accountById } from "#schema/queries/accounts/account.ts";
import * as links from "#schema/queries/accounts/email-links.ts";
import { FieldRefusal } from "../../gateway/problems/problem.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Auth } from "../identity.ts";
import { passwordFault } from "../password/password-rules.ts";
import { foldedAddress } from "./address.ts";
import { hashOfEmailToken } from "./links.ts";
import type { EmailSender } from "./sender.ts";

export interface EmailLinkRoutesParts {
  auth: Auth;
  emails: EmailSender;
  audit: Audit;
}

export function emailLinkRoutes({ database }: EdgeWorld, { auth, emails, audit }: EmailLinkRoutesParts): Served[] {
  const { sql } = database;

  return [
    serve(verifyEmail, async ({ body, ...visit }) => {
      const confirmed = await links.confirmEmail(sql, hashOfEmailToken(body.token));
      if (confirmed === "bad_link" || confirmed === "email_taken") throw new Refusal(confirmed);
      const { userId, login, email, before } = confirmed;
      const act = before === null ? "email.verified" : "email.changed";
      await audit({ actorId: userId, target: userId, act, address: visit.address });
      if (before !== null)
        emails.notify(visit, { login, email: before }, (notices, context) => notices.changed(context));
      return { email };
    }),
    serve(forgotPassword, ({ body, address }) => {
      // Nothing is looked up before the answer, so it takes as long for an address that nobody has.
      emails.sendReset(foldedAddress(body.email), address);
    }),
    serve(resetPassword, async ({ body, ...visit }) => {
      const tokenHash = hashOfEmailToken(body.token);
      const whose = await links.resetOf(sql, tokenHash);
      if (!whose) throw new Refusal("bad_link");
      // Judged before the link is used up: who chose badly may choose again.
      const fault = passwordFault(body.password, whose);
      if (fault) throw new FieldRefusal([{ path: "password", message: fault }]);
      const passwordHash = await auth.passwords.hash(body.password);
      const reset = await links.resetPassword(sql, { tokenHash, passwordHash });
      if (!reset) throw new Refusal("bad_link");
      const { userId, signInIds } = reset;
      await auth.revocations.revoke(userId, ...signInIds);
      await audit({ actorId: userId, target: userId, act: "password.reset", address: visit.address });
      emails.notify(visit, reset, (notices, context) => notices.passwordChanged(context));
    }),
    serve(resendVerification, async ({ who }) => {
      const account = await accountById(sql, who.userId);
      if (!account) throw new Refusal("not_signed_in");
      if (!account.emailVerifiedAt) emails.sendVerification(account);
    }),
  ];
}
