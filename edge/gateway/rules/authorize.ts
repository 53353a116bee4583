// Decides rules: limits of the address, who asks, whether they may, limits of the user. In this order: what is cheap comes first.

import { Refusal } from "#runtime/actor/actor.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Role } from "#schema/api/auth.ts";
import { type ChannelAccessRow, channelAccess, type StandingRow, standingOf } from "#schema/queries/people/access.ts";
import type { AccessTokens, Who } from "../../identity/tokens/access-token.ts";
import { whoAsks } from "../../identity/tokens/bearer.ts";
import { suspendedRefusal } from "../../people/suspended.ts";
import type { EdgeWorld } from "../../world.ts";
import { limitsOf } from "../limits/classes.ts";
import type { Limiter } from "../limits/limiter.ts";
import { limitKey } from "../requests/client-address.ts";
import { andThen, type MaybePromise } from "../requests/maybe-promise.ts";
import type { Admitted, Judge, Rule, RuledChannel } from "./access.ts";

export interface JudgeParts {
  tokens: AccessTokens;
  limiter: Limiter;
}

/** Whoever was looked up is not again for so long, where only their suspension matters: their tokens are void much sooner. */
const STANDING_MS = 3_000;
const STANDINGS_MAX = 10_000;

export function createJudge(world: EdgeWorld, { tokens, limiter }: JudgeParts): Judge {
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
    return andThen(asker && roleOf(asker, rule), (role) =>
      andThen(
        reference === undefined ? noChannel : channelOf(reference, asker, role && powerOf(asker!, role), rule),
        (channel) => ({
          who: isOpen ? nobody : asker!,
          asker,
          channel,
        }),
      ),
    );
  }

  /** Asked anew wherever a role decides: a token may be 15 minutes older than a demotion. */
  function roleOf({ userId }: Who, { access }: Rule): MaybePromise<Role> {
    return andThen(standingOfUser(userId, access !== "all" && access !== "signed-in"), (standing) => {
      if (!standing) throw new Refusal("not_signed_in");
      if (standing.suspended)
        throw suspendedRefusal({ reason: standing.suspensionReason, until: standing.suspendedUntil });
      if (access === "admin" && standing.role !== "admin") throw new Refusal("forbidden");
      if (access === "staff" && standing.role === "user") throw new Refusal("forbidden");
      return standing.role;
    });
  }

  async function channelOf(reference: string, asker: Who | null, role: Role | null, { access }: Rule) {
    const channel = await channelAccess(sql, reference, asker?.userId ?? null);
    if (!channel || (channel.suspended && !seesSuspended(channel, asker, role))) throw new Refusal("not_found");
    if (!mayUse(channel, asker, role, access)) throw new Refusal("forbidden");
    const { id, login, ownerUserId } = channel;
    return { id, login, ownerUserId } satisfies RuledChannel;
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

/** What a rule does not give: the first test of a route that reads it all the same fails. */
function absent<Value extends object>(what: string): Value {
  const fail = () => {
    throw new Error(`this route's rule gives no ${what}`);
  };
  return new Proxy({} as Value, { get: fail, has: fail, ownKeys: fail });
}

const nobody = absent<Admitted["who"]>("who: use asker");
const noChannel = absent<RuledChannel>("channel");
