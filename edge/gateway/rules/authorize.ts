// Applies a route's rule: limits of the address, the asker's token, limits of the user, the asker's permission. Cheap steps come first.

import { Refusal } from "#runtime/actor/actor.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Rule } from "#schema/api/route.ts";
import type { Role } from "#schema/api/user.ts";
import { type AccountState, accessTo, accountStateOf, type ChannelAccessRow } from "#schema/queries/people/access.ts";
import type { AccessTokens, Who } from "../../identity/tokens/access-token.ts";
import { authenticate } from "../../identity/tokens/bearer.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Shedding } from "../floods/shedding.ts";
import { limitsOf } from "../limits/classes.ts";
import type { Limiter } from "../limits/limiter.ts";
import { suspendedRefusal } from "../problems/suspended.ts";
import { limitKey } from "../requests/client-address.ts";
import { andThen, type MaybePromise } from "../requests/maybe-promise.ts";
import type { AnswerHead } from "../requests/visit.ts";

export interface RuledChannel {
  id: string;
  login: string;
  ownerUserId: string;
}

interface Admitted {
  /** The person or bot that sent the request; null: a visitor, only where the rule is for `all`. */
  asker: Who | null;
  /** The channel of `:channel`, which the asker may see. Null: the path has no `:channel`. */
  channel: RuledChannel | null;
}

/** The part of a request that rules need. */
interface RuledRequest {
  request: Request;
  /** Of the client, not of a trusted proxy. */
  address: string;
  /** `:channel` of the path, if it has one. */
  channel: string | undefined;
  /** Of the answer; limits write `RateLimit-*` into them. */
  headers: AnswerHead["headers"];
}

/** Throws Refusal: `not_signed_in`, `token_expired`, `suspended`, `insufficient_scope`, `forbidden`, `not_found`, `rate_limited`, `busy`. */
type Authorize = (request: RuledRequest, rule: Rule) => MaybePromise<Admitted>;

interface AuthorizeParts {
  tokens: AccessTokens;
  limiter: Limiter;
  shedding: Pick<Shedding, "check">;
}

/** An account's state is cached for this long where only a suspension matters: that voids the account's tokens much sooner. */
const ACCOUNT_MS = 3_000;
const ACCOUNTS_MAX = 10_000;

interface CachedAccount {
  state: MaybePromise<AccountState | null>;
  atMs: number;
}

export function createAuthorize(world: EdgeWorld, { tokens, limiter, shedding }: AuthorizeParts): Authorize {
  const { clock, config, database } = world;
  const { sql } = database;
  const limits = limitsOf(config.limits);
  const accounts = new LruMap<string, CachedAccount>(ACCOUNTS_MAX);

  return ({ request, address, channel, headers }, rule) => {
    const { perIp, perUser } = limits[rule.limit];
    const asker = () =>
      request.headers.has("authorization") && !rule.ignoresToken
        ? authenticate(request, { tokens, suspensionOf })
        : null;
    return andThen(limiter.enforce(perIp, limitKey(address), headers), () =>
      andThen(asker(), (asker) => {
        if (!asker && !rule.ignoresToken && !rule.begins) shedding.check("requests");
        return andThen(asker && limiter.enforce(perUser, asker.userId, headers), () => admit(asker, channel, rule));
      }),
    );
  };

  function admit(asker: Who | null, reference: string | undefined, rule: Rule): MaybePromise<Admitted> {
    const isOpen = rule.access === "all";
    if (!asker && !isOpen) throw new Refusal("not_signed_in");
    if (asker && !isOpen) requireScope(asker, rule);
    if (reference !== undefined) return admitToChannel(asker, reference, rule);
    if (!asker) return { asker, channel: null };
    // Not from the cache where a role decides: a token may be 15 minutes older than a demotion.
    const isCacheable = isOpen || rule.access === "signed-in";
    return andThen(accountOf(asker.userId, { isCacheable }), (account) => {
      roleOf(account, rule);
      return { asker, channel: null };
    });
  }

  async function admitToChannel(asker: Who | null, reference: string, rule: Rule): Promise<Admitted> {
    const { account, channel } = await accessTo(sql, reference, asker?.userId ?? null);
    const role = asker && powerOf(asker, roleOf(account, rule));
    if (!channel || (channel.channelSuspended && !seesSuspended(channel, asker, role))) throw new Refusal("not_found");
    if (!mayUse(channel, asker, role, rule.access)) throw new Refusal("forbidden");
    const { id, login, ownerUserId } = channel;
    return { asker, channel: { id, login, ownerUserId } };
  }

  /** Not from the cache, which may be older than the suspension or its end. */
  async function suspensionOf(userId: string): Promise<Refusal | null> {
    const account = await accountStateOf(sql, userId);
    return account && refusalOf(account);
  }

  function accountOf(userId: string, { isCacheable }: { isCacheable: boolean }): MaybePromise<AccountState | null> {
    const nowMs = clock.monoMs();
    const cached = accounts.get(userId);
    if (cached && isCacheable && nowMs - cached.atMs < ACCOUNT_MS) return cached.state;
    const state = accountStateOf(sql, userId);
    const entry: CachedAccount = { state, atMs: nowMs };
    accounts.set(userId, entry);
    state.then(
      (row) => {
        entry.state = row;
      },
      () => accounts.delete(userId), // The database was away: the next request queries again.
    );
    return state;
  }
}

/** The asker's role. Throws Refusal if the account was deleted or is suspended, or if the role is too low. */
function roleOf(account: AccountState | null, { access }: Rule): Role {
  if (!account) throw new Refusal("not_signed_in");
  const { role } = account;
  const refusal = refusalOf(account);
  if (refusal) throw refusal;
  if (access === "admin" && role !== "admin") throw new Refusal("forbidden");
  if (access === "staff" && role === "user") throw new Refusal("forbidden");
  return role;
}

/** Null: not suspended. */
const refusalOf = ({ suspended, suspensionReason: reason, suspendedUntil: until }: AccountState) =>
  suspended ? suspendedRefusal({ reason, until }) : null;

function requireScope({ scopes }: Who, { scope }: Rule) {
  if (scopes === null) return;
  if (!scope) throw new Refusal("insufficient_scope", "not for personal access tokens: sign in");
  if (!scopes.has(scope)) throw new Refusal("insufficient_scope", `the token lacks the scope ${scope}`);
}

/** A bot has its user's platform role only with the scope `admin`. */
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
