// What the made-up site's API answers to staff.

import type { AdminUserDetailView, AdminUserView } from "#schema/api/admin-users.ts";
import type { Act, AuditView } from "#schema/api/audit.ts";
import type { ReportView } from "#schema/api/reports.ts";
import { type Answer, type Asked, ago, listOf } from "./answers.ts";
import { PEOPLE, roleOf } from "./people.ts";
import { systemAnswer } from "./system-answers.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const { viewer, streamer, admin, newcomer } = PEOPLE;

export function staffAnswer(asked: Asked): Answer {
  const { path, user, nowMs, channels } = asked;
  if (user === null || roleOf(user) !== "admin" || !path.startsWith("/admin/")) return undefined;
  if (path === "/admin/reports") return listOf(reports(nowMs));
  if (path === "/admin/users") return listOf(users(nowMs));
  if (path === "/admin/audit") return listOf(auditEntries(nowMs));
  const ofSystem = systemAnswer(asked);
  if (ofSystem !== undefined) return ofSystem;
  const report = reports(nowMs).find(({ id }) => path === `/admin/reports/${id}`);
  if (report) return { ...report, context: [] };
  const one = users(nowMs).find(({ login }) => path === `/admin/users/${login}`);
  if (!one) return undefined;
  return {
    ...one,
    ...{ emailVerified: true, twoFactor: false, hasPassword: true, providers: ["github"] },
    channel: {
      id: channels[0]!.id,
      title: channels[0]!.title,
      bannerUrl: null,
      followers: channels[0]!.followers,
      suspension: null,
    },
    signIns: [
      {
        ...{ id: "00000000-0000-7000-800f-000000000009", method: "password", createdAt: ago(nowMs, 9 * DAY_MS) },
        ...{ lastUsedAt: ago(nowMs, DAY_MS), userAgent: "Firefox on Linux", address: "192.0.2.7" },
      },
    ],
    reports: { open: 1, resolved: 2, dismissed: 0 },
    reported: { open: 0, resolved: 1, dismissed: 3 },
    audit: auditEntries(nowMs).slice(0, 3),
  } satisfies AdminUserDetailView;
}

const users = (nowMs: number): AdminUserView[] =>
  [viewer, streamer, newcomer, admin].map((person, at) => ({
    ...{ ...person, email: `${person.login}@example.org`, role: roleOf(person) },
    createdAt: ago(nowMs, (at + 1) * 60 * DAY_MS),
    suspension: person === newcomer ? { reason: "spam", until: ago(nowMs, -7 * DAY_MS) } : null,
  }));

const reports = (nowMs: number): ReportView[] =>
  (["harassment", "minor_safety", "spam"] as const).map((reason, at) => ({
    ...{ id: `00000000-0000-7000-8010-${String(at + 1).padStart(12, "0")}`, kind: "user", targetId: newcomer.id },
    ...{ about: newcomer, channel: null, reporter: viewer, reason, detail: "It goes on in each broadcast." },
    ...{ evidence: null, status: "open", createdAt: ago(nowMs, (50 - at) * MINUTE_MS), handled: null },
    openAboutSame: at + 1,
  }));

const ACTS: readonly [Act, typeof viewer][] = [
  ["sign-in.ok", viewer],
  ["user.suspended", admin],
  ["stream-key.renewed", streamer],
  ["report.made", viewer],
  ["sign-in.failed", newcomer],
];

const auditEntries = (nowMs: number): AuditView[] =>
  ACTS.map(([act, { id, login }], at) => ({
    ...{ id: `00000000-0000-7000-8011-${String(at + 1).padStart(12, "0")}`, at: ago(nowMs, at * 7 * MINUTE_MS), act },
    ...{ actor: { id, login }, target: newcomer.id, targetLogin: newcomer.login, address: "192.0.2.7", detail: {} },
  }));
