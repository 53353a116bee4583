// Serves schema/api/terms.ts, auto-mod.ts and held-lines.ts: what the room judges lines by, and those that wait for a moderator.

import { Refusal } from "#runtime/actor/actor.ts";
import { changeAutoMod, readAutoMod } from "#schema/api/auto-mod.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { type DecisionView, decideHeld, listHeld } from "#schema/api/held-lines.ts";
import { addTerms, deleteTerm, listTerms, type TermView } from "#schema/api/terms.ts";
import {
  type DecisionRow,
  heldLines,
  holdDecision,
  storedAutoMod,
  type TermRow,
  termsOf,
} from "#schema/queries/chat/judging-reads.ts";
import { heldView } from "#schema/wire/held-lines.ts";
import { autoModOf, changedAutoMod } from "#schema/wire/moderation/auto-mod-settings.ts";
import { readAllowedHost } from "#schema/wire/moderation/links/host.ts";
import { TERMS_MAX } from "#schema/wire/moderation/term-limits.ts";
import { addTerms as checkTerms } from "#schema/wire/moderation/term-list.ts";
import { DetailedRefusal } from "../gateway/problems/detailed.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { idCursor } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { EdgeWorld } from "../world.ts";
import { byView } from "./moderation-views.ts";
import { createRoomActs } from "./room-acts.ts";

/** Terms of both kinds. */
const ALL_TERMS = 2 * TERMS_MAX;

export function judgingRoutes(world: EdgeWorld): Served[] {
  const { sql } = world.database;
  const { clock, random } = world;
  const { act, asker } = createRoomActs(world);

  return [
    serve(listTerms, async ({ channel, query }) => {
      const limit = pageLimit(query);
      const beforeId = idCursor.read(query.cursor)?.id ?? null;
      const rows = await termsOf(sql, { channelId: channel.id, beforeId, limit: limit + 1 });
      const items = rows.slice(0, limit).map(termView);
      return { items, nextCursor: rows.length > limit ? idCursor.write(items.at(-1)!) : null };
    }),
    serve(addTerms, async ({ who, channel, body }) => {
      const { text, kind = "blocked", expiresInMs = null } = body;
      const present = await termsOf(sql, { channelId: channel.id, limit: ALL_TERMS });
      const { added, refusals } = checkTerms(
        text,
        present.filter((term) => term.kind === kind).map((term) => term.text),
      );
      if (added.length === 0) throw new DetailedRefusal("term_refused", { refusals });
      const terms = added.map((source) => ({ id: random.uuid(clock.wallMs()), text: source }));
      const by = await asker(channel.id, who.userId);
      await act(channel.id, by, { act: "add-terms", kind, terms, expiresInMs });
      const ids = terms.map(({ id }) => id);
      const rows = await termsOf(sql, { channelId: channel.id, ids, limit: ids.length });
      return { items: rows.reverse().map(termView), refusals };
    }),
    serve(deleteTerm, async ({ who, channel, params }) => {
      const [term] = await termsOf(sql, { channelId: channel.id, ids: [params.id], limit: 1 });
      if (!term) throw new Refusal("not_found");
      await act(channel.id, await asker(channel.id, who.userId), { act: "delete-term", termId: params.id });
    }),
    serve(readAutoMod, async ({ channel }) => autoModOf(await storedAutoMod(sql, channel.id))),
    serve(changeAutoMod, async ({ who, channel, body }) => {
      const { allowedHosts, ...rest } = body;
      const change = { ...rest, ...(allowedHosts ? { allowedHosts: hostsOf(allowedHosts) } : {}) };
      const by = await asker(channel.id, who.userId);
      const before = autoModOf(await storedAutoMod(sql, channel.id));
      await act(channel.id, by, { act: "automod", change });
      return changedAutoMod(before, change);
    }),
    serve(listHeld, async ({ channel, query }) => {
      const limit = pageLimit(query);
      const afterId = idCursor.read(query.cursor)?.id ?? null;
      const lines = await heldLines(sql, { channelId: channel.id, afterId, limit: limit + 1 });
      const items = lines.slice(0, limit).map(heldView);
      return { items, nextCursor: lines.length > limit ? idCursor.write(items.at(-1)!) : null };
    }),
    serve(decideHeld, async ({ who, channel, params, body: { allow } }) => {
      const held = { channelId: channel.id, lineId: params.id };
      const by = await asker(channel.id, who.userId);
      try {
        await act(channel.id, by, { act: "decide", lineId: params.id, allow });
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== "already_decided") throw error;
      }
      const decision = await holdDecision(sql, held);
      if (!decision) throw new Refusal("not_found");
      const view = decisionView(decision);
      // The same decision of the same person may be a repeat of one whose answer was lost.
      if (view.by?.id !== by.id || view.allowed !== allow)
        throw new DetailedRefusal("already_decided", { decision: view });
      return view;
    }),
  ];
}

const termView = ({ id, kind, text, createdAt, expiresAt, ...row }: TermRow): TermView => ({
  ...{ id, text, kind, by: byView(row) },
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
});

const decisionView = ({ allowed, expired, at, ...row }: DecisionRow): DecisionView => ({
  ...{ allowed, by: byView(row), expired, at: at.toISOString() },
});

/** Throws FieldRefusal. */
function hostsOf(typed: readonly string[]): string[] {
  const hosts = typed.map(readAllowedHost);
  const wrong = hosts.flatMap((host, i) =>
    host === null ? [{ path: `allowedHosts.${i}`, message: "a host such as example.com" }] : [],
  );
  if (wrong.length > 0) throw new FieldRefusal(wrong);
  return [...new Set(hosts as string[])];
}
