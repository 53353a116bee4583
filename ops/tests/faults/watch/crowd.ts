// Thousands of silent viewers in a room, in separate processes.

import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";
import type { CrowdReport, CrowdTask } from "./crowd-client.ts";

const CLIENT = join(import.meta.dir, "crowd-client.ts");
const REPORT_WITHIN_MS = 20_000;

export class Crowd {
  private constructor(private readonly clients: { child: Bun.Subprocess; next(): Promise<CrowdReport> }[]) {}

  /** Starts the viewers, which begin to join at once. */
  static gather({ processes, ...task }: CrowdTask & { processes: number }): Crowd {
    const count = Math.ceil(task.count / processes);
    return new Crowd(
      Array.from({ length: processes }, () => {
        let answered = Promise.withResolvers<CrowdReport>();
        const child = Bun.spawn(dyingWithUs([process.execPath, CLIENT], "KILL"), {
          stdin: "ignore",
          stdout: "inherit",
          stderr: "inherit",
          ipc: (report: CrowdReport) => answered.resolve(report),
        });
        child.send({ ...task, count });
        const next = () => {
          answered = Promise.withResolvers();
          child.send("report");
          return answered.promise;
        };
        return { child, next };
      }),
    );
  }

  /** The current report over all processes. Rejects when a process is too busy to answer. */
  async report(): Promise<CrowdReport> {
    const reports = await Promise.race([
      Promise.all(this.clients.map(({ next }) => next())),
      Bun.sleep(REPORT_WITHIN_MS).then(() => Promise.reject(new Error("a process of the crowd does not answer"))),
    ]);
    const all = <Key extends "returnsMs" | "pausesMs" | "heads" | "joinsMs">(key: Key) =>
      reports.flatMap((report) => report[key]);
    const sum = (key: "joined" | "away" | "faults") => reports.reduce((total, report) => total + report[key], 0);
    const failures: Record<string, number> = {};
    for (const report of reports)
      for (const [code, count] of Object.entries(report.failures)) failures[code] = (failures[code] ?? 0) + count;
    return {
      joined: sum("joined"),
      away: sum("away"),
      faults: sum("faults"),
      failures,
      returnsMs: all("returnsMs"),
      pausesMs: all("pausesMs"),
      joinsMs: all("joinsMs"),
      heads: all("heads"),
    };
  }

  async leave() {
    for (const { child } of this.clients) child.kill("SIGKILL");
    await Promise.all(this.clients.map(({ child }) => child.exited));
  }
}
