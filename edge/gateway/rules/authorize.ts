// Decides a route's rule: limits of the address, who asks, limits of the user, whether they may. Cheap steps come first.

import { Refusal } from "#runtime/actor/actor.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Rule } from "#schema/api/route.ts";
import type { Role } from "#schema/api/user.ts";
import { accessTo, type ChannelAccessRow, type StandingRow, standingOf } from "#schema/queries/people/access.ts";
import type { AccessTokens, Who } from "../../identity/tokens/access-token.ts";
import { whoAsks } from "../../identity/tokens/bearer.ts";
import { suspendedRefusal } from "../../people/suspended.ts";
import type { EdgeWorld } from "../../world.ts";
import { limitsOf } from "../limits/classes.ts";
import type { Limiter } from "../limits/limiter.ts";
import { limitKey } from "../requests/client-address.ts";
import { andThen, type MaybePromise } from "../requests/maybe-promise.ts";
import type { AnswerHead } from "../requests/visit.ts";

export interface RuledChannel {
  id: string;
  login: string;
  ownerUserId: string;
}

export interface Admitted {
  /** The person or bot that asks; null: a visitor. Never null unless the rule is for `all`. */
  asker: Who | null;
  /** The channel of `:channel`, which this asker may see. Null: the address names none. */
  channel: RuledChannel | null;
}

/** A request, as far as rules look at it. */
export interface Question {
  request: Request;
  /** Of the client, proxies taken off. */
  address: string;
  /** `:channel` of the route's address, if it has one. */
  channel: string | undefined;
  /** Of the answer; limits write theirs into it. */
  headers: AnswerHead["headers"];
}

/** Throws Refusal: `not_signed_in`, `token_expired`, `suspended`, `insufficient_scope`, `forbidden`, `not_found`, `rate_limited`. */
export type Authorize = (question: Question, rule: Rule) => MaybePromise<Admitted>;

export interface AuthorizeParts {
  tokens: AccessTokens;
  limiter: Limiter;
}

/** Whoever was looked up is not again for so long, where only their suspension matters: their tokens are void much sooner. */
const STANDING_MS = 3_000;
const STANDINGS_MAX = 10_000;

export function createAuthorize(world: EdgeWorld, { tokens, limiter }: AuthorizeParts): Authorize {
  const { clock, config, database } = world;
  const { sql } = database;
  const limits = limitsOf(config.limits);
  const standings = new LruMap<string, { standing: MaybePromise<StandingRow | null>; atMs: number }>(STANDINGS_MAX);

  return ({ request, address, channel, headers }, rule) => {
    const { perIp, perUser } = limits[rule.limit];
    const asks = () => (request.headers.has("authorization") && !rule.ignoresToken ? whoAsks(request, tokens) : null);
    return andThen(limiter.enforce(perIp, limitKey(address), headers), () =>
      andThen(asks(), (asker) =>
        andThen(asker && limiter.enforce(perUser, asker.userId, headers), () => admit(asker, channel, rule)),
      ),
    );
  };

  function admit(asker: Who | null, reference: string | undefined, rule: Rule): MaybePromise<Admitted> {
    const isOpen = rule.access === "all";
    if (!asker && !isOpen) throw new Refusal("not_signed_in");
    if (asker && !isOpen) mustHaveScope(asker, rule);
    if (reference !== undefined) return admitToChannel(asker, reference, rule);
    if (!asker) return { asker, channel: null };
    // Asked anew wherever a role decides: a token may be 15 minutes older than a demotion.
    return andThen(standingOfUser(asker.userId, !isOpen && rule.access !== "signed-in"), (standing) => {
      roleOf(standing, rule);
      return { asker, channel: null };
    });
  }

  async function admitToChannel(asker: Who | null, reference: string, rule: Rule): Promise<Admitted> {
    const { standing, channel } = await accessTo(sql, reference, asker?.userId ?? null);
    const role = asker && powerOf(asker, roleOf(standing, rule));
    if (!channel || (channel.channelSuspended && !seesSuspended(channel, asker, role))) throw new Refusal("not_found");
    if (!mayUse(channel, asker, role, rule.access)) throw new Refusal("forbidden");
    const { id, login, ownerUserId } = channel;
    return { asker, channel: { id, login, ownerUserId } };
  }

  function standingOfUser(userId: string, anew: boolean): MaybePromise<StandingRow | null> {
    const nowMs = clock.monoMs();
    const known = standings.get(userId);
    if (known && !anew && nowMs - known.atMs < STANDING_MS) return known.standing;
    const standing = standingOf(sql, userId);
    const entry: { standing: MaybePromise<StandingRow | null>; atMs: number } = { standing, atMs: nowMs };
    standings.set(userId, entry);
    standing.then(
      (row) => {
        entry.standing = row;
      },
      () => standings.delete(userId), // A store that was away is asked again.
    );
    return standing;
  }
}

/** The asker's role. Throws Refusal when their account is gone or suspended, or their role too low. */
function roleOf(standing: StandingRow | null, { access }: Rule): Role {
  if (!standing) throw new Refusal("not_signed_in");
  if (standing.suspended) throw suspendedRefusal({ reason: standing.suspensionReason, until: standing.suspendedUntil });
  if (access === "admin" && standing.role !== "admin") throw new Refusal("forbidden");
  if (access === "staff" && standing.role === "user") throw new Refusal("forbidden");
  return standing.role;
}

function mustHaveScope({ scopes }: Who, { scope }: Rule) {
  if (scopes === null) return;
  if (!scope) throw new Refusal("insufficient_scope", "not for personal access tokens: sign in");
  if (!scopes.has(scope)) throw new Refusal("insufficient_scope", `the token lacks the scope ${scope}`);
}

/** A bot has its person's power over foreign channels only where it was given that. */
const powerOf = ({ scopes }: Who, role: Role): Role => (scopes === null || scopes.has("admin") ? role : "user");

const seesSuspended = ({ ownerUserId }: ChannelAccessRow, asker: Who | null, role: Role | null) =>
  asker?.userId === ownerUserId || role === "staff" || role === "admin";

function mayUse(
  { ownerUserId, roles }: ChannelAccessRow,
  asker: Who | null,
  role: Role | null,
  access: Rule["access"],
) {
  if (asker?.userId === ownerUserId) return true;
  switch (access) {
    case "owner-alone":
      return false;
    case "owner":
      return role === "admin";
    case "editor":
      return role === "admin" || roles.includes("editor");
    case "moderator":
      return role === "admin" || roles.includes("editor") || roles.includes("moderator");
    default:
      return true;
  }
}
