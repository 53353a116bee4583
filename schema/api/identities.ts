// Requests and answers about accounts elsewhere: `/api/v1/auth/oauth` and `/api/v1/me/identities` (contract §2).

import { t } from "elysia";
import { PASSWORD_LENGTH_MAX, strict } from "./fields.ts";
import { oneTimeCode } from "./two-factor.ts";

/** A path of this site; never another site's address, nor one that a browser takes for such. */
const returnTo = t.String({
  pattern: "^/([A-Za-z0-9_~.-][A-Za-z0-9_~./?=&%-]*)?$",
  maxLength: 200,
  description: "a path of this site",
});

export const providerParams = t.Object({ provider: t.String({ pattern: "^[a-z][a-z0-9]{0,31}$", maxLength: 32 }) });

export const startQuery = t.Object({ returnTo: t.Optional(returnTo) }, strict);

/** Without a password: after a sign-in of the last 10 minutes. */
export const linkBody = t.Object(
  {
    password: t.Optional(t.String({ maxLength: PASSWORD_LENGTH_MAX, description: "your password" })),
    returnTo: t.Optional(returnTo),
  },
  strict,
);

/** What is pending is in a cookie. */
export const oauthSecondStepBody = t.Object({ otp: oneTimeCode }, strict);

/** A button of the sign-in page. */
export interface ProviderView {
  id: string;
  label: string;
}

export interface IdentityView {
  provider: string;
  label: string;
  /** What the person is called there. */
  name: string;
  createdAt: string;
}

/** Where the page is to go now. */
export interface LinkStartView {
  url: string;
}
