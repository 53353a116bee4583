// Serves schema/api/two-factor.ts. Every change needs a password or a fresh sign-in, and most a code.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Act } from "#schema/api/audit.ts";
import {
  confirmTotp,
  proposeTotp,
  readTotp,
  removeTotp,
  removeTotpFormerly,
  renewRecoveryCodes,
} from "#schema/api/two-factor.ts";
import * as totps from "#schema/queries/accounts/two-factor.ts";
import type { Origin } from "../../gateway/requests/visit.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Reauthentication } from "../account/reauthentication.ts";
import type { EmailSender, MakeNotice } from "../email/sender.ts";
import type { Auth } from "../identity.ts";
import type { Who } from "../tokens/who.ts";
import { newRecoveryCodes, newTotpSecret, totpSecretText, totpUri } from "./one-time-codes.ts";

interface TwoFactorRoutesParts {
  auth: Pick<Auth, "twoFactor">;
  reauthentication: Reauthentication;
  emails: EmailSender;
  audit: Audit;
}

export function twoFactorRoutes({ config, database, random }: EdgeWorld, parts: TwoFactorRoutesParts): Served[] {
  const { sql } = database;
  const { reauthentication, emails, audit } = parts;
  const { twoFactor } = parts.auth;
  const { sealing } = twoFactor;

  return [
    serve(readTotp, async ({ who }) => {
      const row = await totps.totpOf(sql, who.userId);
      if (!row) throw new Refusal("not_signed_in");
      const confirmedAt = row.confirmedAt?.toISOString() ?? null;
      return { enabled: confirmedAt !== null, confirmedAt, recoveryCodesLeft: row.recoveryCodesLeft };
    }),
    serve(proposeTotp, async ({ who, body }) => {
      const account = await reauthentication.accountOf(who);
      if (account.totpConfirmedAt) throw new Refusal("totp_on");
      await reauthentication.enforce(account, who, body.password);
      const secret = newTotpSecret(random);
      if (!(await totps.proposeTotp(sql, account.id, sealing.seal(secret, account.id)))) throw new Refusal("totp_on");
      return { secret: totpSecretText(secret), otpauthUrl: totpUri(config.instanceName, secret, account.login) };
    }),
    serve(confirmTotp, async ({ who, body, ...visit }) => {
      const { userId } = who;
      const row = await totps.totpOf(sql, userId);
      if (row?.confirmedAt) throw new Refusal("totp_on");
      const secret = row?.sealed && sealing.open(row.sealed, userId);
      if (!row?.sealed || !secret) throw new Refusal("totp_off", "ask for a secret first");
      const step = await twoFactor.stepOfCode(userId, secret, body.code);
      const codes = newRecoveryCodes(random);
      const codeHashes = codes.map(({ hash }) => hash);
      // Fails if another tab has proposed another secret meanwhile.
      if (!(await totps.confirmTotp(sql, userId, { sealed: row.sealed, step, codeHashes })))
        throw new Refusal("otp_wrong");
      await note("totp.enabled", who, visit, (notices, context) => notices.twoFactorOn(context));
      return { recoveryCodes: codes.map(({ text }) => text) };
    }),
    serve(renewRecoveryCodes, async ({ who, body, ...visit }) => {
      await prove(who, body, visit);
      const codes = newRecoveryCodes(random);
      const codeHashes = codes.map(({ hash }) => hash);
      if (!(await totps.renewRecoveryCodes(sql, who.userId, codeHashes))) throw new Refusal("totp_off");
      await note("recovery-codes.renewed", who, visit, (notices, context) => notices.recoveryCodesRenewed(context));
      return { recoveryCodes: codes.map(({ text }) => text) };
    }),
    ...[removeTotp, removeTotpFormerly].map((removal) =>
      serve(removal, async ({ who, body, ...visit }) => {
        await prove(who, body, visit);
        await totps.removeTotp(sql, who.userId);
        await note("totp.disabled", who, visit, (notices, context) => notices.twoFactorOff(context));
      }),
    ),
  ];

  async function note(act: Act, { userId }: Who, origin: Origin, make: MakeNotice) {
    await audit({ actorId: userId, act, target: userId, address: origin.address });
    emails.notify(origin, { id: userId }, make);
  }

  /** The password comes first: a wrong one must not use up a code. */
  async function prove(who: Who, { password, otp }: { password?: string; otp: string }, { address }: Origin) {
    const account = await reauthentication.accountOf(who);
    if (!account.totpConfirmedAt) throw new Refusal("totp_off");
    await reauthentication.enforce(account, who, password);
    await twoFactor.enforce({ userId: account.id, otp, address });
  }
}
