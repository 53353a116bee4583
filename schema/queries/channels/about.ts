// What a channel says of itself on its page.

import { eq } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, now } from "../../drizzle.ts";
import { channels } from "../../tables/channels.ts";

const COLUMNS = { about: channels.about, rules: channels.rules, links: channels.links };
export type AboutRow = Pick<typeof channels.$inferSelect, keyof typeof COLUMNS>;

/** Null: no such channel. */
export async function aboutOf(sql: Sql, channelId: string): Promise<AboutRow | null> {
  const [row] = await drizzleOn(sql).select(COLUMNS).from(channels).where(eq(channels.id, channelId));
  return row ?? null;
}

/** Absent fields stay unchanged. Null: no such channel. */
export async function updateAbout(sql: Sql, channelId: string, change: Partial<AboutRow>): Promise<AboutRow | null> {
  const [row] = await drizzleOn(sql)
    .update(channels)
    .set({ ...change, updatedAt: now })
    .where(eq(channels.id, channelId))
    .returning(COLUMNS);
  return row ?? null;
}
