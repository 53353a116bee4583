// Serves `POST /api/v1/reports` of schema/api/reports.ts: reports of a channel, a line or a user. A report keeps a copy of what the reporter
// saw.

import { Refusal } from "#runtime/actor/actor.ts";
import { makeReport, type ReportKind } from "#schema/api/reports.ts";
import type { Sql } from "#schema/database.ts";
import { channelByReference } from "#schema/queries/channels/channels.ts";
import { staffUser } from "#schema/queries/operator/users.ts";
import { fileReport, lineById, type NewReport } from "#schema/queries/people/reports.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Audit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";

/** The target of a report, and the user responsible for it. */
type Reported = Pick<NewReport, "targetId" | "channelId" | "evidence"> & { aboutUserId: string };

export function reportRoutes({ clock, database, random }: EdgeWorld, { audit }: { audit: Audit }): Served[] {
  const { sql } = database;

  return [
    serve(makeReport, async ({ who, body, address, set }) => {
      const { kind, reason, detail = "" } = body;
      const reported = await find(kind, body.target);
      if (!reported) throw new Refusal("not_found");
      const { aboutUserId, targetId, evidence } = reported;
      if (aboutUserId === who.userId) throw new FieldRefusal([{ path: "target", message: "this is your own" }]);
      const channelId = reported.channelId ?? (body.channel ? await channelIdOf(body.channel) : null);
      const { id, joined } = await fileReport(sql, {
        id: random.uuid(clock.wallMs()),
        reporterId: who.userId,
        kind,
        targetId,
        channelId,
        reason,
        detail: detail.trim(),
        evidence,
      });
      if (!joined) {
        const detail = { kind, about: targetId };
        await audit({ actorId: who.userId, act: "report.made", target: id, address, detail });
      }
      set.status = joined ? 200 : 201;
      return { id, status: "open" as const };
    }),
  ];

  async function channelIdOf(reference: string): Promise<string> {
    const channel = await channelByReference(sql, reference);
    if (!channel) throw new FieldRefusal([{ path: "channel", message: "there is no such channel" }]);
    return channel.id;
  }

  function find(kind: ReportKind, target: string): Promise<Reported | null> {
    if (kind === "channel") return findChannel(sql, target);
    return kind === "user" ? findUser(sql, target) : findLine(sql, target.toLowerCase());
  }
}

async function findChannel(sql: Sql, reference: string): Promise<Reported | null> {
  const channel = await channelByReference(sql, reference);
  if (!channel) return null;
  const { id, userId, login, displayName, title, category, broadcastId } = channel;
  const evidence = { kind: "channel", login, displayName, title, category, broadcastId } as const;
  return { targetId: id, channelId: id, aboutUserId: userId, evidence };
}

async function findUser(sql: Sql, reference: string): Promise<Reported | null> {
  const user = await staffUser(sql, reference);
  if (!user) return null;
  const { id, login, displayName } = user;
  return { targetId: id, channelId: null, aboutUserId: id, evidence: { kind: "user", login, displayName } };
}

/** The text comes from the database, never from the reporter, so that it cannot be forged. */
async function findLine(sql: Sql, id: string): Promise<Reported | null> {
  const line = isUuid(id) ? await lineById(sql, id) : null;
  if (!line) return null;
  const { channelId, userId, seq, at, body } = line;
  const { login, displayName } = line.author;
  const user = { id: userId, login, displayName };
  const evidence = { kind: "line", seq, at: at.toISOString(), body, user } as const;
  return { targetId: id, channelId, aboutUserId: userId, evidence };
}
