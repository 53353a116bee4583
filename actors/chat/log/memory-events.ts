// What goes on in the rooms of a MemoryChatStore beside their lines: pins, polls, votes and raids, under the same promises as PostgreSQL.

import type { LineEntry, Moderator } from "#schema/api/chat.ts";
import type { PollView } from "#schema/api/polls.ts";
import type { StoredAct } from "#schema/queries/chat/acts.ts";
import { type Vote, type VoteBatch, type VoteOutcome, withVotes } from "#schema/queries/chat/polls.ts";
import type { StoredRaid } from "#schema/queries/chat/raids.ts";
import type { StoredEvents } from "#schema/queries/chat/room-events.ts";

interface RoomRows {
  pin: { lineId: string; at: string; untilMs: number | null; by: Moderator } | null;
  polls: PollView[];
  raids: (StoredRaid & { isTold: boolean })[];
}

export class MemoryEvents {
  readonly #rooms = new Map<string, RoomRows>();
  /** By poll, then by user. */
  readonly #votes = new Map<string, Map<string, Vote>>();

  /** An act is stored. */
  apply({ channelId, at, by, change, entry }: StoredAct) {
    const room = this.#room(channelId);
    switch (change.kind) {
      case "pin":
        room.pin = { lineId: change.lineId, at, untilMs: change.untilMs, by };
        break;
      case "unpin":
        room.pin = null;
        break;
      case "poll-open": {
        const { poll } = entry.event as { poll: PollView };
        room.polls.push({ ...poll, by });
        this.#votes.set(poll.id, new Map());
        break;
      }
      case "poll-end":
        room.polls = room.polls.map((poll) =>
          poll.id === change.pollId ? { ...withVotes(poll, change.votes), endedAt: at } : poll,
        );
        break;
      case "raid": {
        const { raid: view } = entry.event as { raid: StoredRaid["view"] };
        room.raids.push({ view, channelId, toChannelId: change.toChannelId, by, isTold: false });
        break;
      }
      case "raid-end":
        for (const raid of room.raids)
          if (raid.view.id === change.raidId) raid.view = { ...raid.view, state: change.state };
        break;
    }
  }

  /** `lines`: of the room, as they are now. */
  stored(channelId: string, lines: LineEntry[]): StoredEvents {
    const { pin, polls, raids } = this.#room(channelId);
    const line = pin && lines.find(({ id, deleted }) => id === pin.lineId && !deleted);
    const until = pin?.untilMs ? new Date(pin.untilMs).toISOString() : null;
    const poll = polls.find(({ endedAt }) => endedAt === null);
    const raid = raids.findLast(({ view, isTold }) => view.state === "counting" || (view.state === "gone" && !isTold));
    return {
      pinned: pin && line ? { line, at: pin.at, until, by: pin.by } : null,
      poll: poll ? withVotes(poll, this.count(poll.id, poll.choices.length)) : null,
      raid: raid ?? null,
    };
  }

  polls(channelId: string): readonly PollView[] {
    return this.#room(channelId).polls;
  }

  raids(channelId: string): readonly StoredRaid[] {
    return this.#room(channelId).raids;
  }

  vote({ channelId, pollId, votes }: VoteBatch, owned: boolean): Map<string, VoteOutcome> {
    const isOpen = this.#room(channelId).polls.some(({ id, endedAt }) => id === pollId && endedAt === null);
    const before = this.#votes.get(pollId) ?? new Map<string, Vote>();
    const outcomes = new Map<string, VoteOutcome>();
    for (const vote of votes) {
      // A vote that is twice in a batch is stored once, and is told so.
      if (outcomes.has(vote.id)) continue;
      const first = before.get(vote.userId);
      if (first) outcomes.set(vote.id, first.id === vote.id ? "known" : "already_voted");
      else if (!owned) outcomes.set(vote.id, "fenced");
      else if (!isOpen) outcomes.set(vote.id, "poll_over");
      else {
        before.set(vote.userId, vote);
        outcomes.set(vote.id, "stored");
      }
    }
    return outcomes;
  }

  votesOf(pollId: string): readonly Vote[] {
    return [...(this.#votes.get(pollId)?.values() ?? [])];
  }

  count(pollId: string, choices: number): number[] {
    const votes = this.votesOf(pollId);
    return Array.from({ length: choices }, (_, place) => votes.filter(({ choice }) => choice === place).length);
  }

  told(raidId: string) {
    for (const { raids } of this.#rooms.values())
      for (const raid of raids) if (raid.view.id === raidId) raid.isTold = true;
  }

  #room(channelId: string): RoomRows {
    const room = this.#rooms.get(channelId) ?? { pin: null, polls: [], raids: [] };
    this.#rooms.set(channelId, room);
    return room;
  }
}
