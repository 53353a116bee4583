// The intake of a channel: one pull from nginx, which feeds the broadcast's packager and the ladder. It outlives the session of an encoder
// that comes back under the same name.

import { type Clock, every } from "#runtime/base/clock.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { timestampAt } from "#transcoding/intake/clock-state.ts";
import type { IntakeFact } from "#transcoding/intake/facts.ts";
import { type Intake, type IntakeEnd, startIntake } from "#transcoding/intake/intake.ts";
import type { Since } from "#transcoding/intake/kept/tag-ring.ts";
import type { RtmpConnect } from "#transcoding/intake/rtmp/pull.ts";
import type { SourceInit } from "#transcoding/intake/source.ts";
import type { Rung } from "#transcoding/ladder/rungs.ts";
import type { AttemptSinks } from "#transcoding/packager/attempt/sinks.ts";
import type { Ingests } from "../ingest.ts";
import type { LadderPlan, PlannedLadder } from "../ladder-plan.ts";
import { type Pull, pullOf, pullTokenOf, restartsOf, type Unplayable } from "../rules/state.ts";
import { type Histories, SourceHistory } from "../source-history.ts";
import { RunningSource, type Sources } from "../sources.ts";
import type { ChannelChild, Start } from "./child.ts";
import type { PackagerParts } from "./packager.ts";

const pullsFailed = new Counter({
  name: "channel_pulls_failed_total",
  help: "Pulls of this node that got nothing out of nginx-rtmp, or nothing any more",
});

const bytesPulled = new Counter({
  name: "intake_bytes_total",
  help: "Media pulled from nginx-rtmp, as it is packaged",
});
const factsLearnt = new Counter({
  name: "intake_facts_total",
  help: "What intakes found out about sources, such as jumps of their clocks, by fact",
  labelNames: ["fact"],
});

const LADDER_LOOK_MS = 1_000;
/** 4:2:0. */
const PLAYABLE = { chroma: 1, bitDepth: 8 };
const AUDIO_BITS = 128_000;

export interface IntakeParts {
  clock: Clock;
  /** The store's wall clock. */
  nowMs(): number;
  connect: RtmpConnect;
  ingests: Ingests;
  packagers: PackagerParts["packagers"];
  sources: Sources;
  histories: Histories;
  ladderPlan: LadderPlan;
}

/** Tells `intakeEnded` when the pull ends without being asked to. */
export const intake: ChannelChild<IntakeParts, Pull> = {
  name: "intake",
  runs(state) {
    const pull = pullOf(state);
    return pull ? [pull] : [];
  },
  key: ({ session, attempt }) => `${session.publicName}#${attempt}`,
  start(pull, at) {
    const running = new ChannelIntake(pull, at);
    return { stop: async () => running.stop() };
  },
};

class ChannelIntake {
  readonly #source = new RunningSource();
  readonly #history: SourceHistory;
  readonly #intake: Intake;
  readonly #ref: { publicName: string; attempt: number };
  #intraRefresh = false;
  #stopLooking = () => {};
  #over = false;

  constructor(
    private readonly pull: Pull,
    private readonly at: Start<IntakeParts>,
  ) {
    const { session, attempt, broadcast } = pull;
    const { parts, channel, self } = at;
    const { clock, nowMs, connect, ingests, sources, histories } = parts;
    const { publicName } = session;
    const ingest = ingests.get(session.ingest);
    if (!ingest) throw new Error(`no ingest ${session.ingest}`);
    this.#ref = { publicName, attempt };
    this.#history = histories.get(broadcast.id) ?? new SourceHistory(clock, nowMs);
    this.#history.restarted(restartsOf(pull));
    histories.set(broadcast.id, this.#history);
    sources.set(publicName, this.#source);
    this.#intake = startIntake({
      ...{ connect, clock, resume: broadcast.clock ?? null, wallMs: nowMs },
      url: ingest.pullUrl(publicName, channel.channelId, pullTokenOf(pull)),
      ...sinceOf(broadcast, nowMs() - clock.monoMs()),
      onInit: (init) => this.#begin(init),
      onFragment: (fragment, place) => {
        this.#source.arrived(fragment);
        this.#source.heardMs = clock.monoMs();
        bytesPulled.inc(fragment.data.length);
        this.#history.add(fragment, place);
        this.#source.media?.sinks.source.fragment(fragment);
      },
      onTag: (tag) => this.#source.tag(tag),
      onFact: (fact) => this.#learn(fact),
      onClockState: (state) => self.tell({ type: "clockMoved", publicName, clock: state }),
      onClose: (why, detail) => this.#closed(why, detail),
    });
  }

  stop() {
    if (this.#over) return;
    this.#over = true;
    this.#stopLooking();
    const { sources, ladderPlan } = this.at.parts;
    const { publicName } = this.#ref;
    this.#intake.close();
    this.#source.media?.sinks.close();
    if (sources.get(publicName) !== this.#source) return;
    sources.delete(publicName);
    ladderPlan.release(publicName);
  }

  #begin(init: SourceInit) {
    const sinks = this.#source.media?.sinks ?? this.#beginAttempt();
    if (!sinks) return this.#end({ problem: null, pulled: true });
    this.#source.media = { init, sinks };
    this.#history.silent ||= init.silent;
    this.#chooseRungs();
    sinks.source.init(init);
  }

  /** Null: the broadcast is over. */
  #beginAttempt(): AttemptSinks | null {
    const { parts, self } = this.at;
    const { publicName, attempt } = this.#ref;
    const packager = parts.packagers.get(this.pull.broadcast.id);
    const clock = this.#intake.clockState;
    if (!packager || !clock) return null;
    self.tell({ type: "clockMoved", publicName, clock });
    const segmentBegins = (ptsMs: number) => this.#source.segmentBegins(ptsMs);
    const sinks = packager.begin({ session: publicName, attempt, baseMs: clock.baseMs, segmentBegins });
    this.#stopLooking = every(parts.clock, LADDER_LOOK_MS, () => {
      const planned = parts.ladderPlan.look(publicName, parts.clock.monoMs());
      if (planned) this.#offer(sinks, planned);
    });
    void sinks.failed.then(({ error, problem }) => {
      this.#log.warn({ error }, "source cannot be packaged");
      this.#end({ problem, pulled: true });
    });
    return sinks;
  }

  #chooseRungs() {
    const { media } = this.#source;
    if (!media) return;
    const { ladderPlan, clock } = this.at.parts;
    const { width, height, fps } = media.init.video;
    const source = { width, height, fps: fps ?? 0, playable: this.#unplayable === null };
    this.#offer(media.sinks, ladderPlan.choose(this.#ref.publicName, source, clock.monoMs()));
  }

  #offer(sinks: AttemptSinks, { rungs, short }: PlannedLadder) {
    sinks.offer(rungs.map((rung) => ({ name: rung.name, bandwidth: bandwidthOf(rung) })));
    const names = rungs.map(({ name }) => name);
    this.at.self.tell({ type: "ladderChosen", ...this.#ref, rungs: names, short, unplayable: this.#unplayable });
  }

  /** Null: browsers can play the source. */
  get #unplayable(): Unplayable | null {
    const { chroma, bitDepth } = this.#source.media?.init.video ?? PLAYABLE;
    if (chroma !== PLAYABLE.chroma || bitDepth !== PLAYABLE.bitDepth) return { why: "format", chroma, bitDepth };
    return this.#intraRefresh ? { why: "intra refresh" } : null;
  }

  #learn(fact: IntakeFact) {
    const { publicName } = this.#ref;
    const { self } = this.at;
    factsLearnt.inc({ fact: fact.fact });
    if (fact.fact === "attached") return self.tell({ type: "pulled", publicName });
    this.#history.learn(fact);
    self.tell({ type: "sourceFact", publicName, fact });
    if (fact.fact !== "intraRefresh" && fact.fact !== "intraRefreshOver") return;
    this.#intraRefresh = fact.fact === "intraRefresh";
    this.#chooseRungs();
  }

  #closed(why: IntakeEnd, detail: string) {
    const pulled = why !== "refused" && this.#source.bytes > 0;
    this.#log.info({ why, detail, pulled }, "pull ended");
    if (!pulled) pullsFailed.inc();
    this.#end({ problem: null, pulled });
  }

  #end(ended: { problem: SourceProblem | null; pulled: boolean }) {
    if (this.#over) return;
    this.stop();
    this.at.self.tell({ type: "intakeEnded", ...this.#ref, ...ended });
  }

  get #log() {
    return this.at.channel.log.child({ broadcast: this.pull.broadcast.id, attempt: this.#ref.attempt });
  }
}

/** Where the saved media ends. `wallMs`: wall time at monotonic 0. */
function sinceOf({ media, clock }: Pull["broadcast"], wallMs: number): { since?: Since } {
  const last = media?.window.findLast(({ gap }) => !gap);
  if (!last) return {};
  const endMs = last.atMs + last.durationMs;
  return { since: { arrivedMs: endMs - wallMs, timestamp: clock ? timestampAt(clock, endMs) : null } };
}

/** Bits per second until the packager has measured them. */
const bandwidthOf = (rung: Rung) => (rung.kind === "video" ? rung.bitrateMaxKbps * 1_000 : 0) + AUDIO_BITS;
