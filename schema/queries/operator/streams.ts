// The broadcasts on air, for admins, with the nodes that own their channels.

import type { Sql } from "../../database.ts";

export interface StreamRow {
  channelId: string;
  login: string;
  displayName: string;
  title: string;
  broadcastId: string;
  /** As the row says it; a node that is gone may still be in it. */
  phase: "live" | "lost";
  startedAt: Date;
  /** Name of the owner's node; null: none at the moment. */
  node: string | null;
}

/** The latest started first. `beforeId`: the previous page's last broadcast. */
export function streamsOnAir(
  sql: Sql,
  { beforeId, limit }: { beforeId: string | null; limit: number },
): Promise<StreamRow[]> {
  return sql<StreamRow[]>`
    SELECT c.id AS "channelId", u.login, u.display_name AS "displayName", b.title, b.id AS "broadcastId", b.phase,
      b.started_at AS "startedAt", n.name AS node
    FROM broadcasts b JOIN channels c ON c.id = b.channel_id JOIN users u ON u.id = c.user_id
      LEFT JOIN actors a ON a.kind = 'channel' AND a.key = c.id::text
      LEFT JOIN nodes n ON n.incarnation = a.node
    WHERE b.ended_at IS NULL AND b.phase IN ('live', 'lost') ${beforeId === null ? sql`` : sql`AND b.id < ${beforeId}`}
    ORDER BY b.id DESC LIMIT ${limit}`;
}
