// Follows and blocks (`/api/v1/me/*`), and people as staff see them (`/api/v1/admin/users/*`).

import { t } from "elysia";
import type { AuditView } from "./audit.ts";
import type { Role } from "./auth.ts";
import type { ChannelView, SuspensionView } from "./channels.ts";
import { page, strict } from "./fields.ts";

const yes = t.Union([t.Literal("true"), t.Literal("false"), t.Literal("")], { description: "true or false" });

export const followsQuery = t.Object({ live: t.Optional(yes), ...page }, strict);

export interface FollowView {
  followedAt: string;
  channel: ChannelView;
}

/** Of one channel, for its follow button. */
export interface FollowingView {
  following: boolean;
  /** Null when not. */
  followedAt: string | null;
}

export const blocksQuery = t.Object({ ...page }, strict);

export interface BlockView {
  id: string;
  login: string;
  displayName: string;
  since: string;
}

/** Why staff does something to somebody: kept in the audit log, and told to those who are suspended. */
export const reason = t.String({ minLength: 1, maxLength: 500, description: "1 to 500 characters" });

/** Ten years. */
export const SUSPENSION_MS_MAX = 10 * 365 * 86_400_000;

/** Neither `durationMs` nor `untilMs`: until staff lifts it. */
export const suspendBody = t.Object(
  {
    durationMs: t.Optional(
      t.Number({
        multipleOf: 1,
        minimum: 1_000,
        maximum: SUSPENSION_MS_MAX,
        description: "milliseconds: from one second to ten years",
      }),
    ),
    untilMs: t.Optional(
      t.Number({
        multipleOf: 1,
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: "milliseconds since 1970, in the next ten years",
      }),
    ),
    reason,
  },
  strict,
);

export const liftBody = t.Object({ reason: t.Optional(reason) }, strict);

export interface SuspendedView {
  suspension: SuspensionView;
  /** What became of the broadcast. `unreachable`: its owner did not answer; nobody can watch it, and asking again ends it. */
  broadcast: "stopped" | "off_air" | "unreachable";
}

export const usersQuery = t.Object(
  {
    q: t.Optional(
      t.String({ maxLength: 254, description: "part of a login or display name, or a whole e-mail address" }),
    ),
    role: t.Optional(
      t.Union([t.Literal("user"), t.Literal("staff"), t.Literal("admin"), t.Literal("")], {
        description: "user, staff or admin",
      }),
    ),
    suspended: t.Optional(yes),
    ...page,
  },
  strict,
);

export const roleBody = t.Object(
  {
    role: t.Union([t.Literal("user"), t.Literal("staff"), t.Literal("admin")], { description: "user, staff or admin" }),
    reason: t.Optional(reason),
  },
  strict,
);

/** One line of the list. */
export interface AdminUserView {
  id: string;
  login: string;
  displayName: string;
  email: string;
  role: Role;
  createdAt: string;
  suspension: SuspensionView | null;
}

export interface AdminSignInView {
  id: string;
  method: string;
  createdAt: string;
  lastUsedAt: string;
  userAgent: string;
  address: string;
}

/** Everything that helps to judge an account. Never hashes, keys, tokens, secrets. */
export interface AdminUserDetailView extends AdminUserView {
  emailVerified: boolean;
  twoFactor: boolean;
  hasPassword: boolean;
  /** Accounts elsewhere: `google`, `github`, … */
  providers: string[];
  channel: { id: string; title: string; followers: number; suspension: SuspensionView | null };
  /** Devices that are signed in, last used first; 20 at most. */
  signIns: AdminSignInView[];
  /** About them, their channel or their lines. */
  reports: { open: number; resolved: number; dismissed: number };
  /** Reports they made. */
  reported: { open: number; resolved: number; dismissed: number };
  /** What they did and what was done to them, newest first; 50 at most. */
  audit: AuditView[];
}
