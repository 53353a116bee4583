// Notices of the room that everybody reads among the lines: an announcement of a moderator, and viewers whom another channel has sent.

import type { LineEntry, NoticeEntry } from "#schema/api/chat.ts";
import { words } from "../words/chat.ts";

/** Fields of those of an earlier or a later server may be missing. */
export type NoticeOfRoom = { seq: number; at: string; kind: "notice"; code: string } & Partial<
  Pick<NoticeEntry, "body" | "color" | "by" | "raid">
>;

export interface NoticeLook {
  /** What it is, above the text. */
  title: string;
  color: NonNullable<NoticeEntry["color"]>;
}

/** Nobody can answer it, nor moderate its author by it. Null: it is no notice to be read. */
export function noticeLine(entry: {
  seq: number;
  at: string;
  kind: string;
}): (LineEntry & { notice: NoticeLook }) | null {
  const { seq, at, code, body, color = "primary", by, raid } = entry as NoticeOfRoom;
  if (entry.kind !== "notice" || !by) return null;
  const line = { seq, at, kind: "line", id: `notice-${seq}` } as const;
  if (code === "announcement" && body)
    return {
      ...{ ...line, body, user: { ...by, color: "", badges: [] } },
      notice: { title: words.announcementBy(by.displayName), color },
    };
  if (code !== "raided" || !raid) return null;
  return {
    ...{ ...line, body: words.raided(raid.from.displayName, raid.viewers) },
    user: { id: by.id, ...raid.from, color: "", badges: [] },
    notice: { title: words.raid, color: "purple" },
  };
}
