// Frames for a room's moderators alone, from the edge that learns something to every edge, itself among them. A lost one does little harm: what
// it tells of is stored, and the API lists it.

import { type Log, reason } from "#runtime/base/log.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { ServerFrame } from "#schema/api/chat-frames.ts";
import { subjects } from "#schema/wire/subjects.ts";

export interface ModeratorNews {
  channelId: string;
  frame: Extract<ServerFrame, { type: "suspicious" | "newcomer" | "unban_request" | "raid_coming" }>;
}

/** To be called after the change is stored. */
export const tellModerators = (bus: Pick<Bus, "publish">, news: ModeratorNews) =>
  bus.publish(subjects.moderatorNews, news);

/** Returns stop. */
export function hearModeratorNews({
  bus,
  log,
  onNews,
}: {
  bus: Bus;
  log: Log;
  onNews(news: ModeratorNews): void;
}): () => void {
  const listening = bus.subscribe(subjects.moderatorNews, (body) => {
    const { channelId, frame } = body as Partial<ModeratorNews>;
    if (typeof channelId === "string" && frame) onNews({ channelId, frame });
  });
  return () => {
    listening.drain().catch((error: unknown) => log.debug({ reason: reason(error) }, "subscription was not drained"));
  };
}
