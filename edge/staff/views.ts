// Database rows → the answers for staff.

import type { AdminUserView } from "#schema/api/admin-users.ts";
import type { NamedView, ReportView } from "#schema/api/reports.ts";
import type { SuspensionView } from "#schema/api/suspensions.ts";
import type { StaffUserRow } from "#schema/queries/operator/users.ts";
import type { ReportRow } from "#schema/queries/people/reports.ts";

export function suspensionView({ reason, until }: { reason: string | null; until: Date | null }): SuspensionView {
  return { reason: reason ?? "", until: until?.toISOString() ?? null };
}

export function adminUserView(row: StaffUserRow): AdminUserView {
  const { id, login, displayName, pictureUrl, email, role, createdAt } = row;
  const { suspended, suspensionReason, suspendedUntil } = row;
  const suspension = suspended ? suspensionView({ reason: suspensionReason, until: suspendedUntil }) : null;
  return { id, login, displayName, pictureUrl, email, role, createdAt: createdAt.toISOString(), suspension };
}

export function reportView(row: ReportRow): ReportView {
  const { id, kind, targetId, channelId, channelLogin, reason, detail, evidence, status, openAboutSame } = row;
  return {
    id,
    kind,
    targetId,
    about: person(row.aboutId, row.aboutLogin, row.aboutName),
    channel: channelId && channelLogin ? { id: channelId, login: channelLogin } : null,
    reporter: person(row.reporterId, row.reporterLogin, row.reporterName),
    reason,
    detail,
    evidence,
    status,
    createdAt: row.createdAt.toISOString(),
    handled: row.handledAt && {
      by: person(row.handlerId, row.handlerLogin, row.handlerName),
      at: row.handledAt.toISOString(),
      note: row.note ?? "",
    },
    openAboutSame,
  };
}

const person = (id: string | null, login: string | null, displayName: string | null): NamedView | null =>
  id && login && displayName ? { id, login, displayName } : null;
