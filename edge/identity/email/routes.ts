// What the links of letters do: an address is proved, a forgotten password is set anew. POST /api/v1/auth/email/*, /password/*.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { forgotPasswordBody, resetPasswordBody, type VerifiedEmailView, verifyEmailBody } from "#schema/api/account.ts";
import { emptyBody } from "#schema/api/channels.ts";
import { accountById } from "#schema/queries/accounts/account.ts";
import { confirmEmail, resetOf, resetPassword } from "#schema/queries/accounts/email-links.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { FieldRefusal } from "../../gateway/problems/problem.ts";
import { rules } from "../../gateway/rules/access.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Auth } from "../identity.ts";
import { passwordFault } from "../password/common-passwords.ts";
import { foldedAddress } from "./address.ts";
import { hashOfEmailToken } from "./links.ts";
import type { Post } from "./sender.ts";

export interface LettersParts {
  gateway: Gateway;
  auth: Auth;
  post: Post;
  audit: Audit;
}

/** What is asked for is in the body: an access token that has run out does no harm. */
const OPEN = { access: "all", ignoresToken: true } as const;

export function lettersRoutes({ database }: EdgeWorld, { gateway, auth, post, audit }: LettersParts) {
  const { sql } = database;

  return new Elysia({ prefix: "/api/v1/auth", normalize: false })
    .use(rules)
    .post(
      "/email/verify",
      async ({ body, request }): Promise<VerifiedEmailView> => {
        const confirmed = await confirmEmail(sql, hashOfEmailToken(body.token));
        if (confirmed === "bad_link" || confirmed === "email_taken") throw new Refusal(confirmed);
        const { userId, login, email, before } = confirmed;
        const { address } = gateway.asked(request);
        await audit({
          actorId: userId,
          target: userId,
          act: before === null ? "email.verified" : "email.changed",
          address,
        });
        if (before !== null) post.tell(request, { login, email: before }, (letters, told) => letters.changed(told));
        return { email };
      },
      { body: verifyEmailBody, rule: { ...OPEN, limit: "auth" } },
    )
    .post(
      "/password/forgot",
      ({ body, request, set }) => {
        // Nothing is looked up before the answer, so it takes as long for an address that nobody has.
        post.reset(foldedAddress(body.email), gateway.asked(request).address);
        set.status = 204;
      },
      { body: forgotPasswordBody, rule: { ...OPEN, limit: "email" } },
    )
    .post(
      "/password/reset",
      async ({ body, request, set }) => {
        const tokenHash = hashOfEmailToken(body.token);
        const whose = await resetOf(sql, tokenHash);
        if (!whose) throw new Refusal("bad_link");
        // Judged before the link is used up: who chose badly may choose again.
        const fault = passwordFault(body.password, whose);
        if (fault) throw new FieldRefusal([{ path: "password", message: fault }]);
        const passwordHash = await auth.passwords.hash(body.password);
        const reset = await resetPassword(sql, { tokenHash, passwordHash });
        if (!reset) throw new Refusal("bad_link");
        const { userId, signInIds } = reset;
        await auth.revocations.revoke(userId, ...signInIds);
        await audit({
          actorId: userId,
          target: userId,
          act: "password.reset",
          address: gateway.asked(request).address,
        });
        post.tell(request, reset, (letters, told) => letters.passwordChanged(told));
        set.status = 204;
      },
      { body: resetPasswordBody, rule: { ...OPEN, limit: "auth" } },
    )
    .post(
      "/email/resend",
      async ({ who, set }) => {
        const account = await accountById(sql, who.userId);
        if (!account) throw new Refusal("not_signed_in");
        if (!account.emailVerifiedAt) post.verification(account);
        set.status = 204;
      },
      { body: emptyBody, rule: { access: "signed-in", limit: "email" } },
    );
}
