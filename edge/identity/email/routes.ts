// Serves schema/api/email-links.ts: requests for e-mails with links, and the links themselves.

import { Refusal } from "#runtime/actor/actor.ts";
import { forgotPassword, resendVerification, resetPassword, verifyEmail } from "#schema/api/email-links.ts";
import { accountById } from "#schema/queries/accounts/account.ts";
import * as links from "#schema/queries/accounts/email-links.ts";
import { FieldRefusal } from "../../gateway/problems/problem-details.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Auth } from "../identity.ts";
import { passwordFault } from "../password/password-rules.ts";
import { foldedAddress } from "./address.ts";
import { hashOfEmailToken } from "./links.ts";
import type { EmailSender } from "./sender.ts";

interface EmailLinkRoutesParts {
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
      // Nothing is looked up before the answer, so that an unknown address takes the same time.
      emails.sendReset(foldedAddress(body.email), address);
    }),
    serve(resetPassword, async ({ body, ...visit }) => {
      const tokenHash = hashOfEmailToken(body.token);
      const owner = await links.resetOf(sql, tokenHash);
      if (!owner) throw new Refusal("bad_link");
      // Checked before the link is used up: after a bad password the link still works.
      const fault = passwordFault(body.password, owner);
      if (fault) throw new FieldRefusal([{ path: "password", message: fault }]);
      const passwordHash = await auth.passwords.hash(body.password);
      const reset = await links.resetPassword(sql, { tokenHash, passwordHash });
      if (!reset) throw new Refusal("bad_link");
      const { userId, deviceIds } = reset;
      await auth.revocations.revoke(userId, ...deviceIds);
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
