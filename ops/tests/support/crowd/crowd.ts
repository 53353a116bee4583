// A crowd in one room, in several processes.

import { join } from "node:path";
import { type Helper, startHelper } from "#ops/tests/support/helper-process.ts";
import { until } from "#ops/tests/support/until.ts";
import type { CrowdReport, CrowdTask } from "./crowd-process.ts";

const PROCESS = join(import.meta.dir, "crowd-process.ts");

interface CrowdOptions extends Omit<CrowdTask, "speakers"> {
  /** Access tokens of those who speak. */
  tokens: readonly string[];
  /** Rooms of those who speak, one each. Default: all are in `channel`. */
  rooms?: readonly string[];
  processes: number;
}

export class Crowd {
  private constructor(
    private readonly helpers: readonly Helper[],
    /** Sockets in all. */
    readonly size: number,
  ) {}

  /** Starts the processes; their sockets begin to join at once. */
  static async gather({ tokens, rooms, processes, listeners, ...task }: CrowdOptions): Promise<Crowd> {
    const helpers = await Promise.all(Array.from({ length: processes }, () => startHelper(PROCESS, {})));
    const all = tokens.map((token, index) => ({ token, index, channel: rooms?.[index] ?? task.channel }));
    await Promise.all(
      helpers.map((helper, n) => {
        const share = Math.floor(listeners / processes) + (n < listeners % processes ? 1 : 0);
        const speakers = all.filter(({ index }) => index % processes === n);
        return helper.ask("join", { ...task, listeners: share, speakers } satisfies CrowdTask);
      }),
    );
    return new Crowd(helpers, listeners + tokens.length);
  }

  /** Resolves when all sockets are in. */
  async isIn(withinMs: number) {
    await until(`all ${this.size} sockets to be in`, async () => (await this.report()).isIn >= this.size, {
      withinMs,
      everyMs: 500,
    });
  }

  /** All speakers together say so many lines a second, of so many code points; 0: none. */
  async say(linesPerS: number, length?: number) {
    await this.#all("say", { linesPerS: linesPerS / this.helpers.length, length });
  }

  /** Latencies and times of answers begin anew. Latencies are of lines that are said in between: wall time, ms. */
  async measure(fromMs: number, toMs: number) {
    await this.#all("measure", { fromMs, toMs });
  }

  /** So many listeners read slowly from now on (0: not at all), and no longer count. */
  async slow(count: number, bytesPerS: number) {
    await this.helpers[0]!.ask("slow", { count, bytesPerS });
  }

  /** For a crowd in one room: waits until every line has its answer, and every socket the newest entry, then counts what is lost. Answers the newest `seq`. */
  async settle(withinMs: number): Promise<number> {
    await this.say(0);
    const untilMs = performance.now() + withinMs;
    for (;;) {
      const { unanswered, acknowledged, headSeqs } = await this.report();
      const lastSeq = acknowledged.reduce((last, [seq]) => Math.max(last, seq), headSeqs.highest);
      const isSettled = unanswered === 0 && headSeqs.lowest >= lastSeq;
      if (!isSettled && performance.now() < untilMs) {
        await Bun.sleep(300);
        continue;
      }
      await this.#all("end", { lastSeq });
      return lastSeq;
    }
  }

  async report(): Promise<CrowdReport> {
    return merged((await this.#all("report")) as CrowdReport[]);
  }

  async leave() {
    await Promise.race([this.#all("leave").catch(() => {}), Bun.sleep(2_000)]);
    await Promise.all(this.helpers.map((helper) => helper.kill()));
  }

  #all(verb: string, argument?: unknown) {
    return Promise.all(this.helpers.map((helper) => helper.ask(verb, argument)));
  }
}

function merged(reports: readonly CrowdReport[]): CrowdReport {
  const sum = (pick: (report: CrowdReport) => number) => reports.reduce((total, report) => total + pick(report), 0);
  const all = <Item>(pick: (report: CrowdReport) => readonly Item[]) => reports.flatMap(pick);
  const counts = (pick: (report: CrowdReport) => Record<string, number>) => {
    const total: Record<string, number> = {};
    for (const report of reports)
      for (const [key, count] of Object.entries(pick(report))) total[key] = (total[key] ?? 0) + count;
    return total;
  };
  return {
    joined: sum((report) => report.joined),
    isIn: sum((report) => report.isIn),
    unresumed: sum((report) => report.unresumed),
    failures: counts((report) => report.failures),
    closes: counts((report) => report.closes),
    joinsMs: all((report) => report.joinsMs),
    returnsMs: all((report) => report.returnsMs),
    said: sum((report) => report.said),
    acknowledged: all((report) => report.acknowledged),
    refused: counts((report) => report.refused),
    skipped: sum((report) => report.skipped),
    answersMs: all((report) => report.answersMs),
    unanswered: sum((report) => report.unanswered),
    received: sum((report) => report.received),
    lost: sum((report) => report.lost),
    doubled: sum((report) => report.doubled),
    mixedUp: sum((report) => report.mixedUp),
    latencies: all((report) => report.latencies),
    headSeqs: {
      lowest: Math.min(...reports.map(({ headSeqs }) => headSeqs.lowest)),
      highest: Math.max(...reports.map(({ headSeqs }) => headSeqs.highest)),
    },
    cpuMicros: sum((report) => report.cpuMicros),
  };
}
