// Who may use a route, and how often: every route names its rule, and the rule is decided before the body is read.
//
//   .use(rules).patch("/me", ({ who, body }) => …, { body, rule: { access: "signed-in", scope: "profile:write", limit: "write" } })

import { Elysia } from "elysia";
import { Refusal } from "#runtime/actor.ts";
import type { Scope } from "#schema/wire/http/scopes.ts";
import type { Who } from "../auth/who.ts";
import { underWay } from "./asked.ts";
import { readJson } from "./json-body.ts";
import type { LimitClass } from "./limits.ts";

/**
 * `all`: anybody, signed in or not. `signed-in`. `staff`: role staff or admin. `admin`.
 * Of the channel that the parameter `:channel` names: `moderator` (it, an editor or the owner), `editor` (or the owner), `owner`;
 * admins may all of these. `owner-alone`: not even admins, as for stream keys.
 */
export type Access = "all" | "signed-in" | "staff" | "admin" | "owner" | "owner-alone" | "editor" | "moderator";

export interface Rule {
  access: Access;
  /** What a personal access token must be allowed. None: persons only, unless `access` is `all`. */
  scope?: Scope;
  limit: LimitClass;
  /** The access token of who asks is not looked at, so an old one does no harm: where the body or the cookie is the credential. */
  ignoresToken?: true;
}

export interface RuledChannel {
  id: string;
  login: string;
  ownerUserId: string;
}

/** What a handler is given. A type, not an interface: Elysia asks for one that is open to more names. */
export type Admitted = {
  /** Who asks. Only for routes that are not for `all`: there, reading it is a bug and throws. */
  who: Who;
  /** Who asks; null: a visitor. */
  asker: Who | null;
  /** The channel of `:channel`, which this asker may see. Without that parameter reading it is a bug and throws. */
  channel: RuledChannel;
};

/** A request, as far as rules look at it. */
export interface Question {
  request: Request;
  /** None: Elysia gives none. */
  params?: Record<string, string | undefined>;
  set: { headers: object };
}

/** Throws Refusal: `not_signed_in`, `token_expired`, `suspended`, `insufficient_scope`, `forbidden`, `not_found`, `rate_limited`. */
export type Judge = (question: Question, rule: Rule) => Promise<Admitted>;

/** Under this name a route's `detail` tells its rule: for the documentation, and for the test that no route is without one. */
export const RULE_KEY = "x-rule";

/** `.use` it, and routes can have a `rule`. */
export const rules = new Elysia({ name: "rules", normalize: false }).macro("rule", (rule: Rule) => ({
  detail: { [RULE_KEY]: rule } as object,
  // Hooks in the order in which Elysia calls them. Only what may have a body is parsed.
  // By name: Elysia reads these functions, and what is given a whole context makes it parse cookies and headers for nothing.
  async parse({ request, params, set }) {
    await decide({ request, params, set }, rule);
    return readJson(request);
  },
  async transform({ request, params, set }) {
    if (underWay(request).admitted === null) await decide({ request, params, set }, rule);
  },
  resolve: ({ request }): Admitted => underWay(request).admitted!,
}));

async function decide(question: Question, rule: Rule) {
  const asked = underWay(question.request);
  for (const name in question.params) {
    // Elysia's word for a name that is no percent-encoding, whatever its types say.
    if ((question.params[name] as unknown) === null) throw new Refusal("not_found");
  }
  asked.admitted = await asked.judge(question, rule);
}
