// Sign-in with a provider (`/api/v1/auth/oauth`), and the identities linked to the asker's account (`/api/v1/me/identities`).

import { type Static, t } from "elysia";
import { strict } from "./fields.ts";
import { PROVEN, presentPassword } from "./reauthentication.ts";
import { route } from "./route.ts";
import { answer, moment, pageOf, text } from "./shapes.ts";
import { suspensionAnswer } from "./suspensions.ts";

/** A button of the sign-in page. */
export const providerAnswer = answer("SignInProvider", { id: text, label: text });
export type ProviderView = Static<typeof providerAnswer>;

export const identityAnswer = answer("Identity", {
  provider: text,
  label: text,
  /** The person's name at the provider. */
  name: text,
  createdAt: moment,
});
export type IdentityView = Static<typeof identityAnswer>;

/** `url`: the page to open next. */
export const linkStartAnswer = answer("LinkStart", { url: text });

/** A path of this site; never text that a browser takes for another site's URL. */
const returnTo = t.String({
  pattern: "^/([A-Za-z0-9_~.-][A-Za-z0-9_~./?=&%-]*)?$",
  maxLength: 200,
  description: "a path of this site",
});

const providerParams = t.Object({ provider: t.String({ pattern: "^[a-z][a-z0-9]{0,31}$", maxLength: 32 }) });

export const listProviders = route("GET /api/v1/auth/oauth", {
  access: "all",
  limit: "read",
  answers: { 200: pageOf(providerAnswer) },
  summary: "List the sign-in providers",
});

export const leaveForProvider = route("GET /api/v1/auth/oauth/:provider", {
  access: "all",
  limit: "auth",
  params: providerParams,
  query: t.Object({ returnTo: t.Optional(returnTo) }),
  answers: { 302: null },
  summary: "Start a sign-in with a provider",
});

export const returnFromProvider = route("GET /api/v1/auth/oauth/:provider/callback", {
  access: "all",
  limit: "auth",
  params: providerParams,
  answers: { 302: null },
  summary: "Return from a provider",
});

export const readPendingSuspension = route("GET /api/v1/auth/oauth/pending/suspension", {
  access: "all",
  limit: "auth",
  answers: { 200: suspensionAnswer },
  codes: ["not_found"],
  summary: "Reason and end of the suspension that has refused a provider sign-in",
});

export const listIdentities = route("GET /api/v1/me/identities", {
  access: "signed-in",
  limit: "read",
  answers: { 200: pageOf(identityAnswer) },
  summary: "List my linked identities",
});

export const startLink = route("POST /api/v1/me/identities/:provider", {
  access: "signed-in",
  limit: "auth",
  params: providerParams,
  body: t.Object({ password: presentPassword, returnTo: t.Optional(returnTo) }, strict),
  answers: { 200: linkStartAnswer },
  codes: PROVEN,
  summary: "Start to link an identity",
});

export const unlink = route("DELETE /api/v1/me/identities/:provider", {
  access: "signed-in",
  limit: "write",
  params: providerParams,
  answers: { 204: null },
  codes: ["last_way_in"],
  summary: "Unlink an identity",
});
