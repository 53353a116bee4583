// Answers about people: who they are, how they sign in, whom they follow and block.

import { t } from "elysia";
import type { AccountView, VerifiedEmailView } from "../account.ts";
import type { MeView, SignedInView, UserView } from "../auth.ts";
import type { RoleHolderView } from "../channel-roles.ts";
import type { DeviceView } from "../devices.ts";
import type { IdentityView, LinkStartView, ProviderView } from "../identities.ts";
import type { BlockView, FollowingView } from "../people.ts";
import type { NewTokenView, TokenView } from "../personal-tokens.ts";
import type { ReportedView } from "../reports.ts";
import { SCOPES } from "../scopes.ts";
import type { ProposedTotpView, RecoveryCodesView, TotpView } from "../two-factor.ts";
import { answer, count, id, moment, oneOf, orNull, part, text, view, whole, yes } from "./view.ts";

const person = { id, login: text, displayName: text };

export const role = oneOf("user", "staff", "admin");

export const userAnswer = view<UserView>()(answer("User", person));

export const meAnswer = view<MeView>()(answer("Me", { ...person, email: text, role }));

export const signedInAnswer = view<SignedInView>()(
  answer("SignedIn", { user: userAnswer, accessToken: text, expiresInMs: count }),
);

export const accountAnswer = view<AccountView>()(
  answer("Account", {
    login: text,
    email: text,
    emailVerified: yes,
    pendingEmail: orNull(text),
    hasPassword: yes,
    twoFactor: yes,
    createdAt: moment,
    loginChangeAllowedAt: orNull(moment),
  }),
);

export const verifiedEmailAnswer = view<VerifiedEmailView>()(answer("VerifiedEmail", { email: text }));

export const deviceAnswer = view<DeviceView>()(
  answer("Device", {
    id,
    device: text,
    userAgent: text,
    address: text,
    method: text,
    createdAt: moment,
    lastUsedAt: moment,
    current: yes,
  }),
);

const token = {
  id,
  name: text,
  hint: text,
  scopes: t.Array(oneOf(...SCOPES)),
  createdAt: moment,
  lastUsedAt: orNull(moment),
  expiresAt: orNull(moment),
};
export const tokenAnswer = view<TokenView>()(answer("PersonalAccessToken", token));
export const newTokenAnswer = view<NewTokenView>()(answer("NewPersonalAccessToken", { ...token, token: text }));

export const totpAnswer = view<TotpView>()(
  answer("TwoFactor", { enabled: yes, confirmedAt: orNull(moment), recoveryCodesLeft: count }),
);
export const proposedTotpAnswer = view<ProposedTotpView>()(
  answer("ProposedTwoFactor", { secret: text, otpauthUrl: text }),
);
export const recoveryCodesAnswer = view<RecoveryCodesView>()(answer("RecoveryCodes", { recoveryCodes: t.Array(text) }));

export const providerAnswer = view<ProviderView>()(answer("SignInProvider", { id: text, label: text }));
export const identityAnswer = view<IdentityView>()(
  answer("Identity", { provider: text, label: text, name: text, createdAt: moment }),
);
export const linkStartAnswer = view<LinkStartView>()(answer("LinkStart", { url: text }));

export const followingAnswer = view<FollowingView>()(
  answer("Following", { following: yes, followedAt: orNull(moment) }),
);
export const blockAnswer = view<BlockView>()(answer("Block", { ...person, since: moment }));
export const roleHolderAnswer = view<RoleHolderView>()(answer("RoleHolder", { ...person, since: moment }));
export const reportedAnswer = view<ReportedView>()(answer("Reported", { id, status: oneOf("open") }));

/** Everything we keep of a person; its parts grow with what we keep. */
export const exportAnswer = t.Object({ exportedAt: moment, user: t.Unknown() }, { $id: "Export" });

export const problemAnswer = answer("Problem", {
  type: text,
  title: text,
  status: whole,
  detail: t.Optional(text),
  code: t.String({ description: "what clients switch on" }),
  requestId: text,
  errors: t.Optional(t.Array(part({ path: text, message: text }))),
  suspension: t.Optional(part({ reason: text, until: orNull(moment) })),
});
