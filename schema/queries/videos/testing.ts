// For tests only: channels with videos and clips, and recordings of several sessions, as rows.

import type { Sql } from "../../database.ts";
import { drizzleOn } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { broadcasts, channels } from "../../tables/channels.ts";
import { videoInits, videoRenditions, videoSegments, videos } from "../../tables/videos.ts";
import { createClip, type NewClip } from "../clips/clips.ts";

export const DATE_MS = 1_800_000_000_000;

/** A user with a channel. */
export async function madeChannel(sql: Sql, login: string, channel: Partial<typeof channels.$inferInsert> = {}) {
  const [userId, channelId] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  await drizzleOn(sql)
    .insert(users)
    .values({ id: userId, login, displayName: login.toUpperCase(), email: `${login}@example.org` });
  await drizzleOn(sql)
    .insert(channels)
    .values({ id: channelId, userId, ...channel });
  return { userId, channelId };
}

/** Media, or a gap, of one encoder. */
export interface MadeSession {
  segments: number;
  durationMs?: number;
  /** Wall time between the end of the session before and its first picture. */
  afterMs?: number;
  /** Numbers that nobody has, before it. */
  skipped?: number;
  /** Rows without media, before it, that together are as long as `afterMs`. */
  gaps?: number;
  /** Default: true for each session but the first. */
  discontinuity?: boolean;
  init?: string;
}

type SegmentRow = typeof videoSegments.$inferInsert;

/** The rows of one rendition. */
export function segmentRows(
  videoId: string,
  rendition: string,
  sessions: readonly MadeSession[],
  firstNumber = 0,
): SegmentRow[] {
  const rows: SegmentRow[] = [];
  let [number, atMs] = [firstNumber, DATE_MS];
  for (const [i, session] of sessions.entries()) {
    const {
      segments,
      durationMs = 2_000,
      afterMs = 0,
      skipped = 0,
      gaps = 0,
      discontinuity = i > 0,
      init = `a${i}`,
    } = session;
    const row = { videoId, rendition, epoch: i + 1, keyed: true };
    for (let gap = 0; gap < gaps; gap++) {
      const lastsMs = afterMs / gaps;
      rows.push({
        ...row,
        number: number++,
        atMs: atMs + gap * lastsMs,
        durationMs: lastsMs,
        discontinuity: false,
        keyed: false,
        bytes: 0,
      });
    }
    atMs += afterMs;
    number += skipped;
    for (let at = 0; at < segments; at++) {
      const sha256 = new Uint8Array(32).fill(number);
      const media = { bytes: 1_000, sha256, initHash: init };
      rows.push({ ...row, ...media, number: number++, atMs, durationMs, discontinuity: discontinuity && at === 0 });
      atMs += durationMs;
    }
  }
  return rows;
}

/** A clip of the numbers 2 to 5 of a video. Returns its id. */
export async function madeClip(sql: Sql, videoId: string, made: Partial<NewClip> = {}): Promise<string> {
  const clip: NewClip = {
    ...{ id: Bun.randomUUIDv7(), videoId, userId: null, title: "A clip", startMs: 4_500, durationMs: 6_000 },
    ...{ firstNumber: 2, lastNumber: 5, offsetMs: 500 },
    ...made,
  };
  const outcome = await createClip(sql, clip);
  if (outcome !== "created") throw new Error(`no clip: ${outcome}`);
  return clip.id;
}

interface MadeVideo extends Partial<typeof videos.$inferInsert> {
  sessions?: readonly MadeSession[];
  /** Rows of the renditions besides the source. */
  renditions?: Record<string, readonly MadeSession[]>;
  /** The broadcast that it is a recording of. */
  broadcast?: Partial<typeof broadcasts.$inferInsert>;
}

/** A video of a channel; by default a finished recording of ten segments. Returns its id. */
export async function madeVideo(sql: Sql, channelId: string, made: MadeVideo = {}): Promise<string> {
  const { sessions = [{ segments: 10 }], renditions = {}, broadcast, ...video } = made;
  const id = video.id ?? Bun.randomUUIDv7();
  const rows = { source: sessions, ...renditions };
  const all = Object.entries(rows).flatMap(([name, made]) => segmentRows(id, name, made));
  const ofSource = all.filter(({ rendition }) => rendition === "source");
  const db = drizzleOn(sql);
  if (broadcast)
    await db
      .insert(broadcasts)
      .values({ id, channelId, title: "", phase: "live", epoch: 1, startedAt: new Date(DATE_MS), ...broadcast });
  const isRecording = video.status === "recording";
  await db.insert(videos).values({
    ...{
      id,
      channelId,
      kind: "recording",
      status: "ready",
      title: "A title",
      broadcastId: id,
      targetDurationMs: 2_000,
    },
    ...(!isRecording && {
      startedAt: new Date(DATE_MS),
      finishedAt: new Date(),
      durationMs: ofSource.reduce((sum, { durationMs }) => sum + durationMs, 0),
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    }),
    ...video,
  });
  const kinds = { codecs: ["avc1.64001f", "mp4a.40.2"], fps: 30 };
  for (const [i, name] of Object.keys(rows).entries()) {
    const size = { width: 1_280 >> i, height: 720 >> i, bandwidth: 4_000_000 >> i };
    await db.insert(videoRenditions).values({ videoId: id, name, ...kinds, ...size });
    for (const hash of new Set(all.filter(({ rendition }) => rendition === name).map(({ initHash }) => initHash)))
      if (hash) await db.insert(videoInits).values({ videoId: id, rendition: name, hash, bytes: 700 });
  }
  for (let at = 0; at < all.length; at += 500) await db.insert(videoSegments).values(all.slice(at, at + 500));
  return id;
}
