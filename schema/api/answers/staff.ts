// Answers to staff and operators: accounts, reports, the audit log, nodes and actors.

import { t } from "elysia";
import type { AuditView } from "../audit.ts";
import type { ActorView, NodeView, WhereView } from "../cluster.ts";
import type { AdminSignInView, AdminUserDetailView, AdminUserView, SuspendedView } from "../people.ts";
import type { Evidence, ReportDetailView, ReportView } from "../reports.ts";
import { entryAnswer, suspensionAnswer } from "./channels.ts";
import { role, userAnswer } from "./people.ts";
import { answer, count, id, moment, oneOf, orNull, part, text, view, yes } from "./view.ts";

export const auditAnswer = view<AuditView>()(
  answer("AuditEntry", {
    id,
    at: moment,
    actor: orNull(part({ id, login: orNull(text) })),
    act: text,
    target: text,
    targetLogin: orNull(text),
    address: text,
    detail: t.Record(text, t.Union([text, t.Number(), yes, t.Null()])),
  }),
);

export const suspendedAnswer = view<SuspendedView>()(
  answer("Suspended", { suspension: suspensionAnswer, broadcast: oneOf("stopped", "off_air", "unreachable") }),
);

const account = {
  id,
  login: text,
  displayName: text,
  email: text,
  role,
  createdAt: moment,
  suspension: orNull(suspensionAnswer),
};
export const adminUserAnswer = view<AdminUserView>()(answer("AdminUser", account));

const signIn = view<AdminSignInView>()(
  answer("AdminSignIn", { id, method: text, createdAt: moment, lastUsedAt: moment, userAgent: text, address: text }),
);
const tally = part({ open: count, resolved: count, dismissed: count });

export const adminUserDetailAnswer = view<AdminUserDetailView>()(
  answer("AdminUserDetail", {
    ...account,
    emailVerified: yes,
    twoFactor: yes,
    hasPassword: yes,
    providers: t.Array(text),
    channel: part({ id, title: text, followers: count, suspension: orNull(suspensionAnswer) }),
    signIns: t.Array(signIn),
    reports: tally,
    reported: tally,
    audit: t.Array(auditAnswer),
  }),
);

const evidence = view<Evidence>()(
  t.Union([
    part({
      kind: t.Literal("channel"),
      login: text,
      displayName: text,
      title: text,
      category: orNull(text),
      broadcastId: orNull(text),
    }),
    part({ kind: t.Literal("user"), login: text, displayName: text }),
    part({
      kind: t.Literal("line"),
      seq: count,
      at: moment,
      body: text,
      user: part({ id, login: text, displayName: text }),
    }),
  ]),
);

const report = {
  id,
  kind: oneOf("channel", "line", "user"),
  targetId: id,
  about: orNull(userAnswer),
  channel: orNull(part({ id, login: text })),
  reporter: orNull(userAnswer),
  reason: text,
  detail: text,
  evidence: orNull(evidence),
  status: oneOf("open", "resolved", "dismissed"),
  createdAt: moment,
  handled: orNull(part({ by: orNull(userAnswer), at: moment, note: text })),
  openAboutSame: count,
};
export const reportAnswer = view<ReportView>()(answer("Report", report));
export const reportDetailAnswer = view<ReportDetailView>()(
  answer("ReportDetail", { ...report, context: t.Array(entryAnswer) }),
);

export const nodeAnswer = view<NodeView>()(
  answer("Node", {
    name: text,
    kind: t.Literal("actor"),
    incarnation: id,
    address: text,
    standing: oneOf("up", "draining", "silent", "left"),
    draining: yes,
    slots: count,
    used: t.Number(),
    actors: count,
    epochBumps: orNull(t.Number()),
    fenced: orNull(t.Number()),
    seenAgoMs: t.Number(),
    startedAt: moment,
    upMs: t.Number(),
  }),
);

export const actorAnswer = view<ActorView>()(
  answer("Actor", {
    kind: text,
    key: text,
    login: orNull(text),
    epoch: count,
    version: count,
    standing: oneOf("awake", "asleep", "due", "orphaned"),
    node: orNull(text),
    incarnation: orNull(text),
    phase: orNull(text),
    wakeAt: orNull(moment),
    claimedAt: moment,
    savedAt: moment,
  }),
);

export const whereAnswer = view<WhereView>()(
  answer("Where", {
    channel: part({ id, login: text }),
    actor: orNull(actorAnswer),
    address: orNull(text),
    broadcastId: orNull(text),
    headNumber: orNull(t.Number()),
    attempt: orNull(t.Number()),
    savedAgoMs: orNull(t.Number()),
    claimedAgoMs: orNull(t.Number()),
    answer: t.Union([
      part({
        answered: t.Literal(true),
        tookMs: t.Number(),
        incarnation: text,
        epoch: count,
        phase: orNull(text),
      }),
      part({ answered: t.Literal(false), tookMs: t.Number(), code: text }),
    ]),
    verdict: oneOf("answers", "asleep", "moving", "silent", "unowned", "unknown"),
  }),
);
