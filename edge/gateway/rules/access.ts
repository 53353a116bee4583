// Who may use a route, and how often: every route names its rule, and the rule is decided before the body is read.
//
//   .use(rules).patch("/me", ({ who, body }) => …, { body, rule: { access: "signed-in", scope: "profile:write", limit: "write" } })

import { Elysia } from "elysia";
import type { Scope } from "#schema/api/scopes.ts";
import type { Who } from "../../identity/tokens/who.ts";
import type { LimitClass } from "../limits/classes.ts";
import { readJson } from "../requests/json-body.ts";
import type { MaybePromise } from "../requests/maybe-promise.ts";
import { underWay } from "../requests/request-context.ts";

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
  /** Of the client, proxies taken off. */
  address: string;
  /** `:channel` of the route's address, if it has one. */
  channel: string | undefined;
  /** Of the answer; limits write theirs into it. */
  headers: Record<string, string>;
}

/** Throws Refusal: `not_signed_in`, `token_expired`, `suspended`, `insufficient_scope`, `forbidden`, `not_found`, `rate_limited`. */
export type Judge = (question: Question, rule: Rule) => MaybePromise<Admitted>;

/** Under this name a route's `detail` tells its rule: for the documentation, and for the test that no route is without one. */
export const RULE_KEY = "x-rule";

/** Of requests without a body. Where nothing is to be parsed Elysia answers at once, without a turn of the event loop. */
const WITHOUT_BODY = new Set<LimitClass>(["read", "search"]);

/** `.use` it, and routes can have a `rule`. The gateway has decided it before Elysia is asked. */
export const rules = new Elysia({ name: "rules", normalize: false }).macro("rule", (rule: Rule) => ({
  detail: { [RULE_KEY]: rule } as object,
  ...(WITHOUT_BODY.has(rule.limit) ? {} : { parse: ({ request }: { request: Request }) => readJson(request) }),
  resolve({ request }): Admitted {
    const { route, admitted } = underWay(request);
    // Were an address read in two ways, nobody would get in by that.
    if (admitted === null || route?.rule !== rule) throw new Error("a route was reached by another way than its rule");
    return admitted;
  },
}));
