// What an act beside moderation becomes: the entry that tells the room, the row of the log, the change, and what is going on after it. Pure.

import type { Moderator, RoomSettings } from "#schema/api/chat.ts";
import type { PollView } from "#schema/api/polls.ts";
import { withVotes } from "#schema/queries/chat/polls.ts";
import type { StoredRaid } from "#schema/queries/chat/raids.ts";
import type { EventAct } from "#schema/wire/room-events.ts";
import type { MadeAct } from "../log/pending.ts";
import { LOG } from "../rules/log-row.ts";
import { type GoingOn, openPoll } from "./going-on.ts";

export interface EventContext {
  channelId: string;
  atMs: number;
  by: Moderator;
  going: GoingOn;
  room: RoomSettings;
  /** By choice: all votes of the open poll. */
  votes: readonly number[];
}

export function makeEvent(act: EventAct, context: EventContext): MadeAct {
  const { channelId, atMs, by, going, room, votes } = context;
  const at = new Date(atMs).toISOString();
  const notice = (event: object) => ({ kind: "notice" as const, event });
  switch (act.act) {
    case "pin": {
      const untilMs = act.durationMs === null ? null : atMs + act.durationMs;
      const until = untilMs === null ? null : new Date(untilMs).toISOString();
      return {
        entry: notice({ code: "pinned", lineId: act.line.id }),
        log: { ...LOG, act: "pin", targetUserId: act.line.user.id, lineId: act.line.id, durationMs: act.durationMs },
        change: { kind: "pin", lineId: act.line.id, untilMs },
        going: { pinned: { line: act.line, at, until, by } },
        room,
      };
    }
    case "unpin":
      return {
        entry: notice({ code: "unpinned" }),
        log: { ...LOG, act: "unpin" },
        change: { kind: "unpin" },
        going: { pinned: null },
        room,
      };
    case "announce":
      return {
        entry: notice({ code: "announcement", body: act.body, color: act.color }),
        log: { ...LOG, act: "announce", reason: act.body },
        change: { kind: "told" },
        room,
      };
    case "poll-open": {
      const { pollId, question, choices, durationMs } = act;
      const endsAtMs = atMs + durationMs;
      const poll: PollView = {
        ...{ id: pollId, question, choices: choices.map((text) => ({ text, votes: 0 })), votes: 0 },
        ...{ startedAt: at, endsAt: new Date(endsAtMs).toISOString(), endedAt: null, by },
      };
      return {
        entry: notice({ code: "poll", poll: unsigned(poll) }),
        log: { ...LOG, act: "poll-open", durationMs, reason: question },
        change: { kind: "poll-open", pollId, question, choices, endsAtMs },
        going: { poll },
        room,
      };
    }
    case "poll-end": {
      const open = openPoll(going);
      if (open?.id !== act.pollId) throw new Error("a poll ends that is not open");
      const poll = { ...withVotes(open, votes), endedAt: at };
      return {
        entry: notice({ code: "poll_ended", poll: unsigned(poll) }),
        log: { ...LOG, act: "poll-end", reason: poll.question },
        change: { kind: "poll-end", pollId: poll.id, votes: poll.choices.map((choice) => choice.votes) },
        going: { poll },
        room,
      };
    }
    case "raid": {
      const { raidId, from, to, toChannelId, viewers, inMs } = act;
      const goesAtMs = atMs + inMs;
      const view = { id: raidId, state: "counting" as const, from, to, viewers, startedAt: at, atMs: goesAtMs };
      const raid: StoredRaid = { view, channelId, toChannelId, by };
      return {
        entry: notice({ code: "raid", raid: view }),
        log: { ...LOG, act: "raid", reason: to.login },
        change: { kind: "raid", raidId, toChannelId, viewers, goesAtMs },
        going: { raid },
        room,
      };
    }
    case "raid-end": {
      const view = { ...act.raid, state: act.state };
      const { raid } = going;
      return {
        entry: notice({ code: "raid_ended", raid: view }),
        log: { ...LOG, act: "raid-end", reason: view.to.login },
        change: { kind: "raid-end", raidId: view.id, state: act.state },
        ...(raid?.view.id === view.id && { going: { raid: { ...raid, view } } }),
        room,
      };
    }
    case "raided":
      return {
        entry: notice({ code: "raided", raid: act.raid }),
        log: { ...LOG, act: "raided", reason: act.raid.from.login },
        change: { kind: "told" },
        room,
      };
  }
}

/** An entry says once by whom it is: only there a deleted account is taken out. */
const unsigned = (poll: PollView): PollView => ({ ...poll, by: null });
