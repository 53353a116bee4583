// What was answered about held lines and votes, against the rows: nothing that was answered is lost, nothing is decided or counted twice.

import type { PollView } from "#schema/api/polls.ts";
import type { SimPostgres } from "./postgres.ts";
import type { Simulation } from "./simulation.ts";

interface Decided {
  channelId: string;
  lineId: string;
  allow: boolean;
  /** Of its answer; null: somebody was faster. */
  seq: number | null;
}

interface Voted {
  pollId: string;
  userId: string;
  id: string;
  choice: number;
  view: PollView;
}

/** An owner's estimate of the store's clock may be ahead by so much, after readings whose answers took long (StoreClock). */
const CLOCK_AHEAD_MS = 2_000;

export class RoomChecks {
  readonly #decisions: Decided[] = [];
  readonly #votes: Voted[] = [];
  readonly #rooms = new Set<string>();

  constructor(
    private readonly sim: Simulation,
    private readonly database: SimPostgres,
  ) {}

  /** The author of a line has heard that a moderator sees it first. */
  held({ channelId, userId, nonce }: { channelId: string; userId: string; nonce: string }) {
    this.sim.count("lines held");
    this.#rooms.add(channelId);
    const { judging } = this.database.room(channelId);
    const isKnown = [...judging.known.values()].some((line) => line.user.id === userId && line.nonce === nonce);
    if (!isKnown) this.sim.violation(`I2: line ${nonce} was answered with held, and no moderator will see it`);
  }

  /** A moderator has heard what became of their decision. */
  decided(decision: Decided) {
    const { channelId, lineId, allow, seq } = decision;
    const { judging, byId } = this.database.room(channelId);
    const outcome = judging.decided.get(lineId);
    const isOver = (judging.known.get(lineId)?.expiresAtMs ?? 0) <= this.database.nowMs + CLOCK_AHEAD_MS;
    if (seq === null) {
      this.sim.count("decisions that came too late");
      if (!outcome && !isOver) this.sim.violation(`I8: line ${lineId} is said to be decided, and nobody has decided`);
      return;
    }
    this.#decisions.push(decision);
    if (outcome !== (allow ? "allowed" : "denied"))
      this.sim.violation(`I8: line ${lineId} was acknowledged as ${allow ? "allowed" : "denied"} and is ${outcome}`);
    if (allow && byId.get(lineId)?.seq !== seq)
      this.sim.violation(`I2: allowed line ${lineId} was acknowledged as ${seq} and is ${byId.get(lineId)?.seq}`);
  }

  opened({ channelId, pollId }: { channelId: string; pollId: string }) {
    this.#rooms.add(channelId);
    if (!this.database.going.polls(channelId).some(({ id }) => id === pollId))
      this.sim.violation(`I2: poll ${pollId} was acknowledged and is not stored`);
  }

  voted(vote: Voted) {
    this.sim.count("votes acknowledged");
    this.#votes.push(vote);
    if ((vote.view.choices[vote.choice]?.votes ?? 0) < 1)
      this.sim.violation(`I2: vote ${vote.id} was acknowledged with a result that has nothing of it`);
  }

  finish() {
    for (const channelId of this.#rooms) {
      this.#finishHeld(channelId);
      this.#finishPolls(channelId);
    }
    for (const { pollId, userId, id, choice } of this.#votes) {
      const stored = this.database.going.votesOf(pollId).find((vote) => vote.userId === userId);
      if (stored?.id !== id || stored.choice !== choice)
        this.sim.violation(`I2: acknowledged vote ${id} is stored as ${stored?.id ?? "nothing"}`);
    }
    for (const { channelId, lineId, allow } of this.#decisions) {
      const outcome = this.database.room(channelId).judging.decided.get(lineId);
      if (outcome !== (allow ? "allowed" : "denied"))
        this.sim.violation(
          `I8: line ${lineId} was acknowledged as ${allow ? "allowed" : "denied"} and ends ${outcome}`,
        );
    }
  }

  /** An allowed line is an entry with its author and nonce, from before its end; no other line that was held is one. */
  #finishHeld(channelId: string) {
    const { judging, byId } = this.database.room(channelId);
    for (const { id, user, nonce, expiresAtMs } of judging.known.values()) {
      const outcome = judging.decided.get(id) ?? "waiting";
      this.sim.count(outcome === "waiting" ? "held lines that expired" : `held lines ${outcome}`);
      const entry = byId.get(id);
      if ((entry !== undefined) !== (outcome === "allowed"))
        this.sim.violation(`I8: held line ${id} is ${outcome} and ${entry ? "an entry" : "no entry"}`);
      if (!entry) continue;
      if (entry.user.id !== user.id || entry.nonce !== nonce)
        this.sim.violation(`I2: held line ${id} became the line of somebody else`);
      if (Date.parse(entry.at) >= expiresAtMs) this.sim.violation(`I8: held line ${id} was allowed after its time`);
    }
  }

  /** The result of a poll is what is stored of its votes: each person's once. */
  #finishPolls(channelId: string) {
    const { going } = this.database;
    const polls = going.polls(channelId);
    if (polls.filter(({ endedAt }) => endedAt === null).length > 1)
      this.sim.violation("I2: two polls are open at once");
    for (const { id, choices, endedAt } of polls) {
      if (endedAt === null) continue;
      this.sim.count("polls that ended");
      const result = choices.map(({ votes }) => votes).join();
      const stored = going.count(id, choices.length).join();
      if (result !== stored) this.sim.violation(`I2: poll ${id} ended with ${result}, and ${stored} is stored`);
    }
  }
}
