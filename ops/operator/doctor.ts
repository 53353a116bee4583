// `doctor`: checks the machine and the running system, and says for each fault what to do.

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { DataFolder } from "#ops/up/data-folder.ts";
import { UsageError } from "#ops/up/flags.ts";
import { NotRunning } from "#ops/up/running-system.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { addressChecks } from "./doctor/addresses.ts";
import { type Check, checkOrFault, fault, ok } from "./doctor/check.ts";
import { databaseChecks } from "./doctor/database.ts";
import { machineChecks } from "./doctor/machine.ts";
import { natsChecks } from "./doctor/nats.ts";
import { nginxChecks } from "./doctor/nginx.ts";
import { ownershipChecks } from "./doctor/ownership.ts";
import { processChecks } from "./doctor/processes.ts";
import { redisChecks } from "./doctor/redis.ts";
import { relayChecks } from "./doctor/relay.ts";
import { s3Checks } from "./doctor/s3.ts";
import { type OperatedSystem, withBus, withDatabase } from "./system.ts";
import type { Verb, VerbContext } from "./verb.ts";

export const doctor: Verb = {
  use: "doctor [--machine] [--json]       checks machine and system: ok, warning or fault, and what to do; exit 1 on a fault",
  options: { machine: "flag", json: "flag" },
  async run(words, context) {
    if (words.length > 0) throw new UsageError("doctor takes no words");
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
  const machine = await machineChecks({ data, isRunning: here !== null, allPrograms: !options.env });
  if (options.machine) return machine;
  if (!here)
    return [...machine, fault("processes", "system", missing, "run `npm start`, or name its folder with --data")];
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

/** One check after the other, so that the load of one is not measured as the latency of another. */
async function systemChecks(here: OperatedSystem): Promise<Check[]> {
  const { folder, natsUrl, redisUrl, objectStore, siteOrigin } = here;
  const checks: Check[] = [];
  const check = async (area: Check["area"], todo: string, work: () => Promise<Check[]>) =>
    void checks.push(...(await checkOrFault(area, "server", todo, work)));
  if (folder) {
    await check("processes", "see the logs in its data folder", () => processChecks(folder));
    await check("processes", "see the logs in its data folder", () => addressChecks(folder));
  }
  await check("database", "start it: live video continues, but owners cannot change and chat is not stored", () =>
    withDatabase(here, databaseChecks),
  );
  await check("nats", "start it: owners cannot be reached, and no encoder can start", () =>
    withBus(here, (bus) => natsChecks({ url: natsUrl!, bus, monitorUrl: folder && monitorOf(folder) })),
  );
  await check("redis", "start it: limits and viewer counts are off without it", async () => {
    if (!redisUrl) throw new Error("does not run");
    return redisChecks(redisUrl);
  });
  await check("s3", "start it, or correct its settings: nothing is recorded, and videos cannot be watched", async () =>
    objectStore ? s3Checks(objectStore, siteOrigin) : [ok("s3", "server", "none is set: nothing is recorded")],
  );
  if (folder) await check("nginx", "start it: encoders cannot publish", () => nginxChecks(folder));
  if (folder) await check("relay", "see its log: players fall back to WebSocket", () => relayChecks(folder));
  await check("ownership", "repair the database or NATS first", () =>
    withDatabase(here, (sql) => {
      const withOrWithoutBus = (bus: Bus | null) => ownershipChecks(sql, bus);
      return withBus(here, withOrWithoutBus).catch(() => withOrWithoutBus(null));
    }),
  );
  return checks;
}

/** The address of NATS' monitoring port, from the supervisor's port file; null when the file does not name it. */
function monitorOf(folder: DataFolder): string | null {
  const file = folder.file("run", "ports.json");
  const port = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, number>).natsMonitor
    : undefined;
  return port === undefined ? null : `http://127.0.0.1:${port}`;
}

const lineOf = ({ state, area, name, found, todo }: Check) =>
  `${state.padEnd(8)}${`${area}: ${name}`.padEnd(38)}${found}${todo === null ? "" : `\n${" ".repeat(8)}→ ${todo}`}`;
