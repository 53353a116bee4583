// Mutations that the simulator must detect: each takes one rule of design §2 to §4 out of the code that ships, or out of the simulated SQL.

import type { DrillName } from "./drills/drills.ts";
import type { Broken } from "./postgres.ts";
import type { Scene } from "./run.ts";

/** `find` must occur once in the file: a rule that has moved is a mutation that has to move with it. */
export interface Edit {
  /** Path in the project. */
  file: string;
  find: string;
  replace: string;
}

export interface Mutation {
  database?: Broken;
  edits?: readonly Edit[];
  /** Only seeds with this scene or drill are run, because it shows the mutation soonest. */
  scene?: Scene | DrillName;
}

const edit = (file: string, find: string, replace: string): Mutation => ({ edits: [{ file, find, replace }] });
const gate = (find: string, replace: string) => edit("runtime/cluster/gate.ts", find, replace);
const judge = (find: string, replace: string) => edit("runtime/cluster/judge.ts", find, replace);
const placement = (find: string, replace: string) => edit("runtime/cluster/placement.ts", find, replace);
const listing = (find: string, replace: string) => edit("transcoding/packager/serving/listing.ts", find, replace);
const rules = (find: string, replace: string) => edit("actors/channel/rules/channel.ts", find, replace);
const elapsed = "Math.max(1, Math.ceil(sinceOpenedMs / 1000))";
const aboveSaved = `lastNumberOf(broadcast.media) + ${elapsed}`;

export const mutations = {
  // Rows of actors.
  "epoch check removed": { database: { epochCheck: true } },
  "version check removed": { database: { versionCheck: true } },
  "claim without compare-and-set": { database: { claimCompare: true } },
  "highest seq read inside the claim": { database: { headInClaim: true } },
  "claim from a node that has come back": { database: { deadAtClaim: true }, scene: "flapping link" },
  "a process that stood still saves": {
    ...edit("runtime/cluster/host.ts", "() => this.eventLoop.overdueMs <= SILENT_MS", "() => true"),
    scene: "all stand still",
  },

  "a number of a replaced owner is recorded": { database: { recordedNumbers: true } },

  // Calls.
  "idempotency id ignored": edit(
    "runtime/cluster/host.ts",
    "activation.ask(request.message, { id: request.id, deadlineMonoMs })",
    `activation.ask(request.message, { id: \`\${request.id}#\${arrivedMonoMs}\`, deadlineMonoMs })`,
  ),

  "bans not read by a new owner": edit(
    "actors/chat/memory.ts",
    "for (const { userId, untilMs } of bans) this.#bans.set(userId, untilMs);",
    "",
  ),
  "an act does not end its batch": edit(
    "actors/chat/log/commit-batch.ts",
    "const told = act && made ? room.apply(made, found[0] as PendingAct) : [];",
    "const told: never[] = []; if (act && made) parts.clock.timer(20, () => room.apply(made, found[0] as PendingAct));",
  ),

  "seq kept when its batch changes": edit(
    "actors/chat/log/commit-batch.ts",
    "toRow(line, ring.headSeq + 1 + index)",
    "toRow(line, (line as any).seq ??= (ring as any).given = Math.max((ring as any).given ?? 0, ring.headSeq) + 1)",
  ),
  "batch numbered anew although its outcome is unknown": edit(
    "actors/chat/log/commit-batch.ts",
    "      patience.noteAway(error);\n    }\n    if (failures",
    "      patience.noteAway(error);\n      batch = { ...batch, lines: batch.lines.map((line) => ({ ...line, seq: line.seq + batch.lines.length })) };\n    }\n    if (failures",
  ),

  // Lines that wait for a moderator, and votes.
  "a held line is answered before it is stored": edit(
    "actors/chat/log/judge-batch.ts",
    "const owned = await patience.untilKnown(() => store.hold({ channelId, epoch, lines }));",
    "const owned: boolean | null = true; void patience.untilKnown(() => store.hold({ channelId, epoch, lines })).catch(() => {});",
  ),
  "held lines not read by a new owner": edit("actors/chat/judging/room-judging.ts", "    this.held.load(held);\n", ""),
  "a held line does not expire": {
    edits: [
      {
        file: "actors/chat/judging/hold-queue.ts",
        find: "return line && line.expiresAtMs > nowMs ? line : null;",
        replace: "return line ?? null;",
      },
      {
        file: "actors/chat/judging/expiry-timer.ts",
        find: "if (firstExpiryMs === null || this.#stopped) return;",
        replace: "return;",
      },
    ],
  },
  "votes of an unknown outcome are counted by their answer": edit(
    "actors/chat/events/poll-tally.ts",
    "failures > 0 ? await store.votes({ pollId, choices: this.#votes.length }) : this.#with(votes, outcomes);",
    "this.#with(votes, outcomes);",
  ),
  "a poll ends before its votes are known": edit(
    "actors/chat/events/room-events.ts",
    "const reopen = await this.#counts.close();",
    "const reopen = () => {};",
  ),

  // Gate at message time.
  "gate: removed": {
    ...gate("isOpen(confirmed: Confirmed): boolean {", "isOpen(confirmed: Confirmed): boolean {\n    return true;"),
    scene: "replaced",
  },
  "gate: other link accepted": {
    ...gate("generation === link.generation && monoMs >= link.sinceMs", "true"),
    scene: "replaced",
  },
  "gate: own sign of life ignored": { ...gate("const alive =", "const alive = true ||"), scene: "own sign of life" },
  "gate: confirmation from before a break of heartbeats accepted": {
    ...gate("if (confirmed.monoMs < this.#heartbeatsSinceMonoMs) return false;", ""),
    scene: "first heartbeat after a break",
  },

  // Life and death of nodes.
  "sign of life although nothing is confirmed": {
    ...placement("if (host.unconfirmedMs > CONFIRMED_FOR_MS) return this.#judge.renewed(false);", ""),
    scene: "lasting",
  },
  "sign of life although the bus is silent": {
    ...placement("if (!(await this.#busAnswers())) return this.#judge.renewed(false);", ""),
    scene: "lasting",
  },
  "sign of life although the store does not answer": {
    ...placement(
      "if (this.#heartbeatUnanswered && !(await this.#livingNodes.refresh())) return this.#judge.renewed(false);",
      "",
    ),
    scene: "lasting",
  },
  "a node that stood still stays": {
    ...placement("> SILENT_MS) onGone", "> 1e9) onGone"),
    scene: "all stand still",
  },
  "judge: trusts the age at once": {
    ...judge("return this.#unbroken.forMs >= SILENT_MS;", "return true;"),
    scene: "patience",
  },
  "judge: judges while unsettled": {
    ...judge("const { bus, clock, eventLoop } = this.options;", "return true;"),
    scene: "patience",
  },
  "judge: a node is silent at once": {
    ...judge("const isMute = first.silentMs > MUTE_MS;", "const isMute = true;"),
    scene: "patience",
  },
  "judge: does not doubt itself": {
    ...judge(" && (unanswered < 2 || unanswered * 2 <= nodes)", ""),
    scene: "patience",
  },
  "judge: need not live steadily itself": { ...judge("this.#steady.forMs >= MUTE_MS && ", ""), scene: "sick judge" },
  "judge: one ping is enough": { ...judge("const PINGS = 4;", "const PINGS = 1;"), scene: "patience" },
  "strays not adopted": {
    ...edit("runtime/cluster/orphans.ts", "row.node === incarnation && named.has(", "false && named.has("),
    scene: "answer of a claim lost",
  },
  "cut-off owner never suspends": {
    ...edit(
      "runtime/cluster/host.ts",
      "const off =\n      sinceMs === null",
      "const off =\n      true ? false : sinceMs === null",
    ),
    scene: "cut off",
  },
  "a row that has another epoch is overlooked": {
    ...edit(
      "runtime/cluster/host.ts",
      `if (predates(resident, sent)) this.#fenced(at, resident.epoch, "confirm");\n      else if`,
      "if",
    ),
    scene: "needed again",
  },

  // What a second has.
  "media made without a save is recorded twice": edit(
    "transcoding/recorder/segment-store.ts",
    "if (counts) await this.#supersede(row);",
    "",
  ),

  // Numbers of segments.
  "numbers of the former owner forgotten": rules(
    "const renumbered = { ...broadcast, startNumber };",
    "const renumbered = { ...broadcast, startNumber: 0, media: null };",
  ),
  "successor begins at head + 1": rules(aboveSaved, "broadcast.media.headNumber + 1"),
  "successor begins at head + 3 whatever time has passed": {
    ...rules(aboveSaved, "broadcast.media.headNumber + 3"),
    scene: "two owners watched",
  },
  "successor begins one number too low": {
    ...rules(aboveSaved, `broadcast.media.headNumber + 1 + ${elapsed}`),
    scene: "slow hand-over",
  },
  "numbers listed without a save": listing(
    "const allowed = headNumber + 1 + Math.floor(aheadMs / 1000);",
    "const allowed = Number.POSITIVE_INFINITY;",
  ),
  "sole owner not asked": {
    ...listing("Math.min(clock.monoMs(), soleUntilMs(atMonoMs))", "clock.monoMs()"),
    scene: "two owners watched",
  },
  "saved window not awaited": {
    ...listing("if (this.#awaitsSavedWindow) return -1;", ""),
    scene: "dies before its save",
  },
  "hand-over: old owner opens numbers as before": {
    ...edit(
      "actors/channel/hand-over.ts",
      "node.packagers.get(broadcast.id)?.endAfter(lastNumberOf(broadcast.media))",
      "void lastNumberOf",
    ),
    scene: "slow hand-over",
  },
} as const satisfies Record<string, Mutation>;

export type MutationName = keyof typeof mutations;
