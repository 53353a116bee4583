// Raids of the made-up site: between the streamer's channel and others, and where the viewers of one are about to go.

import type { RaidSettings, RaidView } from "#schema/api/raids.ts";
import { type Answer, type Asked, ago, listOf } from "./answers.ts";
import { RAIDER, STREAMER } from "./people.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface RaidParts {
  number: number;
  from: string;
  to: string;
  /** Of the viewers' leaving, seen from now. */
  inMs: number;
  state?: RaidView["state"];
  viewers?: number;
}

const raidAt = (nowMs: number, { number, from, to, inMs, state = "counting", viewers = 233 }: RaidParts): RaidView => ({
  ...{ id: `00000000-0000-7000-801a-${String(number).padStart(12, "0")}`, state, viewers, atMs: nowMs + inMs },
  ...{ from: { login: from, displayName: from }, to: { login: to, displayName: to } },
  startedAt: ago(nowMs, MINUTE_MS - inMs),
});

/** Its viewers are about to be sent to the streamer. */
export const raidOf = (nowMs: number): RaidView =>
  raidAt(nowMs, { number: 1, from: RAIDER, to: STREAMER, inMs: 42_000 });

/** `what`: below the channel, `raids` or a part of it. */
export function raidsAnswer(what: string, login: string, { method, nowMs }: Asked): Answer {
  const isBusy = login === STREAMER;
  const came = (number: number, from: string, ageMs: number, state: RaidView["state"], viewers: number) =>
    raidAt(nowMs, { number, from, to: login, inMs: -ageMs, state, viewers });
  switch (what) {
    case "raid":
      if (method === "GET") return { raid: null };
      return method === "POST" ? raidAt(nowMs, { number: 9, from: login, to: "low_orbit", inMs: 30_000 }) : undefined;
    case "raids":
      return listOf(
        isBusy
          ? [
              raidOf(nowMs),
              came(2, "quietrook", 2 * DAY_MS, "gone", 417),
              came(3, "mapmaker", 6 * DAY_MS, "declined", 1),
            ]
          : [],
      );
    case "raids/settings":
      return { accept: "followed", viewersMin: 10, whileOffline: false } satisfies RaidSettings;
  }
  return undefined;
}
