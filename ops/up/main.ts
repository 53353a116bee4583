// `npm start`: starts the system, restarts processes that end, and stops everything on Ctrl-C or SIGTERM.

import "./no-proxy.ts";
import { ConfigFaults } from "#runtime/config/reader.ts";
import { banner, publicHost } from "./banner.ts";
import { DataFolder } from "./data-folder.ts";
import { type Flags, parseFlags, publicPorts, USAGE, UsageError } from "./flags.ts";
import { DataTaken, endLeftovers, lockData } from "./lock.ts";
import { listenFault } from "./ports.ts";
import { plan, Supervisor } from "./supervisor.ts";

const say = (line: string) => console.log(`[up] ${line}`);

/** Ends with one line, for a mistake that the user can correct. */
function refuse(line: string): never {
  console.error(line);
  process.exit(1);
}

function readFlags(): Flags {
  try {
    const flags = parseFlags(process.argv.slice(2));
    if (flags) return flags;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    refuse(`${error.message}\n${USAGE}`);
  }
  console.log(USAGE);
  process.exit(0);
}

/** Checks the public ports; those of the bundled services are chosen among the free ones. Null when all are free. */
async function portTaken(flags: Flags): Promise<string | null> {
  const { bind } = flags;
  const wanted = publicPorts(flags).flatMap(({ first, count, flag }) =>
    Array.from({ length: count }, (_, index) => ({ port: first + index, flag })),
  );
  for (const { port, flag } of wanted) {
    const fault = await listenFault(bind, port);
    if (fault === "EADDRINUSE")
      return `port ${port} is taken: choose another with ${flag}, e.g. npm start -- ${flag} ${port + 10}`;
    if (fault === "EADDRNOTAVAIL") return `${bind} is not an address of this machine: choose another with --bind`;
    if (fault) return `cannot listen on ${bind}:${port} (${fault}): choose another port with ${flag}`;
  }
  return null;
}

const flags = readFlags();
const folder = new DataFolder(flags.data);
const unlock = takeFolder();
await endLeftovers(folder);
const taken = await portTaken(flags);
if (taken) {
  unlock();
  refuse(taken);
}

const supervisor = new Supervisor(folder, say);
let isStopping = false;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(name, () => {
    if (isStopping) return supervisor.kill(); // A second Ctrl-C kills at once.
    isStopping = true;
    say("stopping");
    void end(0);
  });

try {
  const host = publicHost(flags.bind);
  const planned = await plan({ flags, folder, publicHost: host });
  await supervisor.start(planned);
  const dataFlag = process.argv.some((word) => word.startsWith("--data")) ? flags.data : null;
  const { SMTP_URL, NODE_ENV } = process.env;
  const emails = SMTP_URL ? "sent" : NODE_ENV === "production" ? "lost" : "logged";
  console.log(
    banner({
      ...{ flags, host, rtmps: planned.rtmps, limits: planned.limits, tookMs: performance.now(), emails, dataFlag },
      rtcPorts: planned.relays.map(({ udpPort }) => udpPort),
    }),
  );
} catch (error) {
  if (!isStopping) {
    console.error(error instanceof ConfigFaults || error instanceof Error ? error.message : error);
    await end(1);
  }
}

async function end(code: number) {
  await supervisor.stop();
  unlock();
  if (code === 0) say("stopped");
  process.exit(code);
}

function takeFolder() {
  try {
    return lockData(folder);
  } catch (error) {
    if (!(error instanceof DataTaken)) throw error;
    refuse(error.message);
  }
}
