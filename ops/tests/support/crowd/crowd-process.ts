// A process with a part of a crowd: thousands of audited sockets in one room, some of which say lines. Its parent asks it over IPC.

import { answer, cpuMicros } from "#ops/tests/support/helper-process.ts";
import { type DialectName, dialects } from "./dialects.ts";
import { type LatencyCounts, MeasuredWindow } from "./latencies.ts";
import { type AuditCounts, LineAudit } from "./line-audit.ts";
import { nowMs } from "./line-body.ts";
import { Member, type MemberFacts, newFacts } from "./member.ts";
import { newSpeakerFacts, Speaker, type SpeakerFacts } from "./speaker.ts";

export interface CrowdTask {
  /** Edges; sockets are spread over them, and go to the next after a loss. */
  urls: string[];
  /** Where speakers without a room of their own are, and all listeners. */
  channel: string;
  dialect: DialectName;
  /** Sockets that only read. */
  listeners: number;
  /** Tokens of those who speak, with their numbers among all. */
  speakers: { token: string; index: number; channel: string }[];
  /** Time over which the joins are spread. */
  overMs: number;
}

export interface CrowdReport extends MemberFacts, SpeakerFacts, AuditCounts {
  /** Welcomed sockets that are open now. */
  isIn: number;
  headSeqs: { lowest: number; highest: number };
  /** Speakers with a line that has no answer. */
  unanswered: number;
  latencies: LatencyCounts;
  cpuMicros: number;
}

if (import.meta.main) {
  const window = new MeasuredWindow();
  /** By channel. */
  const audits = new Map<string, LineAudit>();
  const facts = newFacts();
  const speakerFacts = newSpeakerFacts();
  const members: Member[] = [];
  const speakers: Speaker[] = [];
  let stopSaying = () => {};

  answer({
    ready: () => true,
    join({ urls, channel, dialect, listeners, speakers: speaking, overMs }: CrowdTask) {
      const whole = listeners + speaking.length;
      const parts = { urls, dialect: dialects[dialect], facts };
      for (let turn = 0; turn < whole; turn++) {
        const speaker = speaking[turn];
        const room = speaker?.channel ?? channel;
        const audit = audits.get(room) ?? new LineAudit(window);
        audits.set(room, audit);
        const member = new Member({ ...parts, channel: room, audit, turn, ...(speaker && { token: speaker.token }) });
        if (speaker) speakers.push(new Speaker(member, speaker.index, speakerFacts));
        members.push(member);
        setTimeout(() => member.enter(), (turn / whole) * overMs);
      }
    },
    /** All speakers of this process say so many lines a second together. */
    say({ linesPerS, length }: { linesPerS: number; length?: number }) {
      stopSaying();
      if (linesPerS <= 0 || speakers.length === 0) return;
      const startMs = nowMs();
      let said = 0;
      const timer = setInterval(() => {
        const due = Math.floor(((nowMs() - startMs) / 1_000) * linesPerS);
        for (; said < due; said++) speakers[said % speakers.length]!.say(length);
      }, 5);
      stopSaying = () => clearInterval(timer);
    },
    measure(measured: { fromMs: number; toMs: number }) {
      window.open(measured);
      speakerFacts.answersMs = [];
    },
    /** So many listeners read slowly from now on, or not at all; they no longer count in the audit. */
    slow({ count, bytesPerS }: { count: number; bytesPerS: number }) {
      for (const member of members.splice(-count)) member.readSlowly(bytesPerS);
    },
    /** Where the one room has all up to `lastSeq`: sockets that do not have it lost it. */
    end({ lastSeq }: { lastSeq: number }) {
      for (const member of members) for (const audit of audits.values()) audit.ended(member.headSeq ?? 0, lastSeq);
    },
    report(): CrowdReport {
      const heads = members.map(({ headSeq }) => headSeq ?? 0);
      return {
        ...facts,
        ...speakerFacts,
        ...summed([...audits.values()].map(({ counts }) => counts)),
        isIn: members.filter(({ isIn }) => isIn).length,
        headSeqs: { lowest: Math.min(...heads), highest: Math.max(...heads) },
        unanswered: speakers.filter(({ isIdle }) => !isIdle).length,
        latencies: window.latencies.counts,
        cpuMicros: cpuMicros(),
      };
    },
    leave() {
      stopSaying();
      for (const member of members) member.leave();
    },
  });
}

const summed = (all: readonly AuditCounts[]): AuditCounts => ({
  received: all.reduce((sum, { received }) => sum + received, 0),
  lost: all.reduce((sum, { lost }) => sum + lost, 0),
  doubled: all.reduce((sum, { doubled }) => sum + doubled, 0),
  mixedUp: all.reduce((sum, { mixedUp }) => sum + mixedUp, 0),
});
