// `doctor`: looks at the machine and at the running system, and says of each thing whether it is well and what to do.

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { DataFolder } from "#ops/up/data-folder.ts";
import { NotRunning } from "#ops/up/running.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { type Check, fault, guarded } from "./doctor/check.ts";
import { databaseChecks } from "./doctor/database.ts";
import { machineChecks } from "./doctor/machine.ts";
import { natsChecks } from "./doctor/nats.ts";
import { nginxChecks } from "./doctor/nginx.ts";
import { ownershipChecks } from "./doctor/ownership.ts";
import { processChecks } from "./doctor/processes.ts";
import { redisChecks } from "./doctor/redis.ts";
import { type OperatedSystem, withBus, withDatabase } from "./system.ts";
import { type Verb, type VerbContext, WrongUse } from "./verb.ts";

export const doctor: Verb = {
  use: "doctor [--machine] [--json]       ok, warning or fault for each part of machine and system, with what to do; exit 1 on a fault",
  options: { machine: "flag", json: "flag" },
  async run(words, context) {
    if (words.length > 0) throw new WrongUse("doctor takes no words");
    const { options, say } = context;
    const checks = await examine(context);
    const faults = checks.filter(({ state }) => state === "fault").length;
    const warnings = checks.filter(({ state }) => state === "warning").length;
    if (options.json) say(JSON.stringify({ faults, warnings, checks }, null, 2));
    else {
      for (const check of checks) say(lineOf(check));
      say(`${checks.length} checks: ${faults} faults, ${warnings} warnings`);
    }
    return faults > 0 ? 1 : 0;
  },
};

async function examine({ options, system }: VerbContext): Promise<Check[]> {
  const data = resolve(typeof options.data === "string" ? options.data : ".data");
  const { here, missing } = find(system);
  const machine = await machineChecks({ data, running: here !== null, together: !options.env });
  if (options.machine) return machine;
  if (!here)
    return [...machine, fault("processes", "system", missing, "`npm start`, or name the right folder with --data")];
  return [...machine, ...(await systemChecks(here))];
}

function find(system: VerbContext["system"]): { here: OperatedSystem | null; missing: string } {
  try {
    return { here: system(), missing: "" };
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error;
    return { here: null, missing: error.message.split(":")[0]! };
  }
}

/** One after the other, so that no check's load is another one's latency. */
async function systemChecks(here: OperatedSystem): Promise<Check[]> {
  const { folder, natsUrl, redisUrl } = here;
  const checks: Check[] = [];
  const look = async (area: Check["area"], todo: string, work: () => Promise<Check[]>) =>
    void checks.push(...(await guarded(area, "server", todo, work)));
  if (folder) await look("processes", "see the logs in its data folder", () => processChecks(folder));
  await look("database", "start it: live video runs on, but no owner can change and no chat line is stored", () =>
    withDatabase(here, databaseChecks),
  );
  await look("nats", "start it: owners cannot be reached, their channels stop after 8 s", () =>
    withBus(here, (bus) => natsChecks({ url: natsUrl!, bus, monitorUrl: folder && monitorOf(folder) })),
  );
  await look("redis", "start it: without it limits and viewer counts are off", async () => {
    if (!redisUrl) throw new Error("does not run");
    return redisChecks(redisUrl);
  });
  if (folder) await look("nginx", "start it: encoders cannot publish", () => nginxChecks(folder));
  await look("ownership", "database or NATS are to be mended first", () =>
    withDatabase(here, (sql) => {
      const together = (bus: Bus | null) => ownershipChecks(sql, bus);
      return withBus(here, together).catch(() => together(null));
    }),
  );
  return checks;
}

/** NATS' own HTTP port, as the supervisor remembers it. */
function monitorOf(folder: DataFolder): string | null {
  const file = folder.file("run", "ports.json");
  const port = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, number>).natsMonitor
    : undefined;
  return port === undefined ? null : `http://127.0.0.1:${port}`;
}

const lineOf = ({ state, area, name, found, todo }: Check) =>
  `${state.padEnd(8)}${`${area}: ${name}`.padEnd(38)}${found}${todo === null ? "" : `\n${" ".repeat(8)}→ ${todo}`}`;
