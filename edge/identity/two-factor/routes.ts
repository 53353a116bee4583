// /api/v1/me/totp: turning the second step on and off, and new recovery codes. Each needs more than an open browser.

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Act } from "#schema/api/audit.ts";
import {
  confirmTotpBody,
  type ProposedTotpView,
  proposeTotpBody,
  provenTotpBody,
  type RecoveryCodesView,
  type TotpView,
} from "#schema/api/two-factor.ts";
import type { Sql } from "#schema/database.ts";
import {
  confirmTotp,
  proposeTotp,
  removeTotp,
  renewRecoveryCodes,
  totpOf,
} from "#schema/queries/accounts/two-factor.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { rules } from "../../gateway/rules/access.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { Confirm } from "../account/confirm.ts";
import type { MakeSecurityLetter, Post } from "../email/sender.ts";
import type { Who } from "../tokens/who.ts";
import { newRecoveryCodes, newTotpSecret, totpSecretText, totpUri } from "./totp.ts";
import type { SecondSteps } from "./two-factor.ts";

export interface TotpParts {
  sql: Sql;
  random: Random;
  gateway: Gateway;
  confirm: Confirm;
  secondSteps: SecondSteps;
  audit: Audit;
  post: Post;
}

export function totpRoutes({ sql, random, gateway, confirm, secondSteps, audit, post }: TotpParts) {
  const { sealing } = secondSteps;
  async function note(act: Act, { userId }: Who, request: Request, make: MakeSecurityLetter) {
    await audit({ actorId: userId, act, target: userId, address: gateway.asked(request).address });
    post.tell(request, { id: userId }, make);
  }

  /** First the password, then the code: a wrong password must not use up a code. */
  async function prove(who: Who, { password, otp }: { password?: string; otp: string }, request: Request) {
    const account = await confirm.own(who);
    if (!account.totpConfirmedAt) throw new Refusal("totp_off");
    await confirm.prove(account, who, password);
    await secondSteps.enforce({ userId: account.id, otp, address: gateway.asked(request).address });
  }

  return new Elysia({ prefix: "/api/v1/me/totp", normalize: false })
    .use(rules)
    .get(
      "",
      async ({ who }): Promise<TotpView> => {
        const row = await totpOf(sql, who.userId);
        if (!row) throw new Refusal("not_signed_in");
        const confirmedAt = row.confirmedAt?.toISOString() ?? null;
        return { enabled: confirmedAt !== null, confirmedAt, recoveryCodesLeft: row.recoveryCodesLeft };
      },
      { rule: { access: "signed-in", limit: "read" } },
    )
    .post(
      "",
      async ({ who, body }): Promise<ProposedTotpView> => {
        const account = await confirm.own(who);
        if (account.totpConfirmedAt) throw new Refusal("totp_on");
        await confirm.prove(account, who, body.password);
        const secret = newTotpSecret(random);
        if (!(await proposeTotp(sql, account.id, sealing.seal(secret, account.id)))) throw new Refusal("totp_on");
        return { secret: totpSecretText(secret), otpauthUrl: totpUri(secret, account.login) };
      },
      { body: proposeTotpBody, rule: { access: "signed-in", limit: "auth" } },
    )
    .post(
      "/confirm",
      async ({ who, body, request }): Promise<RecoveryCodesView> => {
        const { userId } = who;
        const row = await totpOf(sql, userId);
        if (row?.confirmedAt) throw new Refusal("totp_on");
        const secret = row?.sealed && sealing.open(row.sealed, userId);
        if (!row?.sealed || !secret) throw new Refusal("totp_off", "ask for a secret first");
        const step = await secondSteps.stepOfCode(userId, secret, body.code);
        const codes = newRecoveryCodes(random);
        const codeHashes = codes.map(({ hash }) => hash);
        // Another tab may have asked for another secret meanwhile.
        if (!(await confirmTotp(sql, userId, { sealed: row.sealed, step, codeHashes }))) throw new Refusal("otp_wrong");
        await note("totp.enabled", who, request, (letters, told) => letters.secondStepOn(told));
        return { recoveryCodes: codes.map(({ text }) => text) };
      },
      { body: confirmTotpBody, rule: { access: "signed-in", limit: "auth" } },
    )
    .post(
      "/recovery-codes",
      async ({ who, body, request }): Promise<RecoveryCodesView> => {
        await prove(who, body, request);
        const codes = newRecoveryCodes(random);
        const codeHashes = codes.map(({ hash }) => hash);
        if (!(await renewRecoveryCodes(sql, who.userId, codeHashes))) throw new Refusal("totp_off");
        await note("recovery-codes.renewed", who, request, (letters, told) => letters.recoveryCodesRenewed(told));
        return { recoveryCodes: codes.map(({ text }) => text) };
      },
      { body: provenTotpBody, rule: { access: "signed-in", limit: "auth" } },
    )
    .delete(
      "",
      async ({ who, body, request, set }) => {
        await prove(who, body, request);
        await removeTotp(sql, who.userId);
        await note("totp.disabled", who, request, (letters, told) => letters.secondStepOff(told));
        set.status = 204;
      },
      { body: provenTotpBody, rule: { access: "signed-in", limit: "auth" } },
    );
}
