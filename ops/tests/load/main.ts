// `npm run load -- viewers|publishers`: loads a running system with clients that check what they get, prints a report and adds it to results/<date>.md.

import { appendFile, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { findRunning, NotRunning } from "#ops/up/running-system.ts";
import { loadPublishers } from "./publishers.ts";
import { type LoadReport, markdown } from "./report.ts";
import { loadViewers } from "./viewers.ts";

const HELP = `npm run load -- viewers     [--players 1000] [--seconds 60] [--channel demo]
npm run load -- publishers  [--channels 24] [--seconds 600]
    --data .data   folder of the system that is loaded
    --url http://127.0.0.1:3000   another edge than the first of that system

  exit 1: a rule of RFC 8216bis was broken
`;

const { kind, values } = argumentsOrExit();

try {
  const report = await load();
  const section = markdown(report);
  console.log(section);
  const folder = join(import.meta.dir, "results");
  await mkdir(folder, { recursive: true });
  const startedAt = new Date().toISOString();
  const command = `npm run load -- ${process.argv.slice(2).join(" ")}`;
  const file = join(folder, `${startedAt.slice(0, 10)}.md`);
  await appendFile(file, `# ${startedAt.slice(0, 16).replace("T", " ")} UTC\n\n\`${command}\`\n\n${section}\n\n`);
  process.exit(report.tally.faults > 0 ? 1 : 0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

function load(): Promise<LoadReport> {
  const system = find();
  const url = values.url ?? system.url;
  if (kind === "viewers") {
    const { players, channel, seconds } = values;
    return loadViewers({ url, channel, players: Number(players), seconds: Number(seconds ?? 60) });
  }
  const { channels, seconds } = values;
  return loadPublishers({ url, rtmpUrl: system.rtmpUrl, channels: Number(channels), seconds: Number(seconds ?? 600) });
}

function find() {
  try {
    return findRunning(resolve(values.data));
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

function argumentsOrExit() {
  try {
    const parsed = parseArgs({
      options: {
        data: { type: "string", default: ".data" },
        url: { type: "string" },
        channel: { type: "string", default: "demo" },
        players: { type: "string", default: "1000" },
        channels: { type: "string", default: "24" },
        seconds: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
      allowPositionals: true,
    });
    const [word] = parsed.positionals;
    if (parsed.values.help) {
      console.log(HELP);
      process.exit(0);
    }
    if (word !== "viewers" && word !== "publishers") throw new Error(`viewers or publishers, not "${word ?? ""}"`);
    for (const name of ["players", "channels", "seconds"] as const) {
      const value = parsed.values[name];
      if (value !== undefined && !(Number(value) > 0)) throw new Error(`--${name} must be a number above 0`);
    }
    return { kind: word, values: parsed.values };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
}
