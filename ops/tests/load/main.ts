// `npm run load -- chat|viewers|publishers`: loads a running system with clients that check what they get, prints a report, adds it to
// results/<date>.md, and writes it as a page and as JSON into the system's data folder.

import { appendFile, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { speakerAccounts } from "#ops/tests/support/crowd/speaker-accounts.ts";
import { findRunning, NotRunning } from "#ops/up/running-system.ts";
import { connectDatabase } from "#schema/database.ts";
import { edgesOf, throughBalancer } from "./balanced-edges.ts";
import { loadChat } from "./chat.ts";
import { loadPublishers } from "./publishers.ts";
import { html, json, type LoadReport, markdown } from "./report.ts";
import { loadViewers } from "./viewers.ts";

const HELP = `npm run load -- chat        [--sockets 400] [--speakers 100] [--lines 50] [--seconds 60] [--processes 2] [--channel …] [--balancer]
npm run load -- viewers     [--players 1000] [--seconds 60] [--channel demo]
npm run load -- publishers  [--channels 24] [--seconds 600]
    --data .data   folder of the system that is loaded
    --url http://127.0.0.1:3000   other addresses than the edges of that system, with commas; for media only one

  chat: --lines is of all speakers together, per second. Without --channel it has a room of its own. More than a few hundred sockets
  need a system without limits: SOCKETS_PER_IP=0 JOINS_PER_MINUTE_PER_IP=0 LINES_PER_30S_PER_USER=0 npm start
  --balancer: through an nginx before all edges of the system, as npm start -- --edges 2 has several

  exit 1: a rule of the contract or of RFC 8216bis was broken
`;

const { kind, values } = argumentsOrExit();
const system = find();

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
  const written = system.folder.file("load", `${startedAt.slice(0, 19).replaceAll(":", "")}-${kind}`);
  await Bun.write(`${written}.html`, html(report));
  await Bun.write(`${written}.json`, json(report));
  console.log(`\n${written}.html`);
  process.exit(report.tally.faults > 0 ? 1 : 0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function load(): Promise<LoadReport> {
  const { seconds } = values;
  const url = values.url ?? system.url;
  if (kind === "viewers") {
    const { players, channel = "demo" } = values;
    return loadViewers({ url, channel, players: Number(players), seconds: Number(seconds ?? 60) });
  }
  if (kind === "publishers") {
    const channels = Number(values.channels);
    return loadPublishers({ url, rtmpUrl: system.rtmpUrl, channels, seconds: Number(seconds ?? 600) });
  }
  const database = connectDatabase({ url: system.databaseUrl, applicationName: "load", connectionsMax: 1 });
  const { jwtSecret } = system.folder.secrets();
  const { tokens, logins } = await speakerAccounts(database.sql, jwtSecret, Number(values.speakers)).finally(() =>
    database.close(),
  );
  const edges = values.url ? [] : edgesOf(system.folder);
  const loadAt = (urls: string[]) =>
    loadChat({
      ...{ urls, edges, tokens },
      channel: values.channel ?? logins[0]!,
      sockets: Number(values.sockets),
      linesPerS: Number(values.lines),
      seconds: Number(seconds ?? 60),
      processes: Number(values.processes),
    });
  if (values.balancer) return throughBalancer(edgesOf(system.folder), (url) => loadAt([url]));
  return loadAt(values.url?.split(",") ?? edges.map(({ address }) => `http://${address}`));
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
        channel: { type: "string" },
        sockets: { type: "string", default: "400" },
        speakers: { type: "string", default: "100" },
        lines: { type: "string", default: "50" },
        processes: { type: "string", default: "2" },
        players: { type: "string", default: "1000" },
        channels: { type: "string", default: "24" },
        seconds: { type: "string" },
        balancer: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
      allowPositionals: true,
    });
    const [word] = parsed.positionals;
    if (parsed.values.help) {
      console.log(HELP);
      process.exit(0);
    }
    if (word !== "chat" && word !== "viewers" && word !== "publishers")
      throw new Error(`chat, viewers or publishers, not "${word ?? ""}"`);
    for (const name of ["players", "channels", "sockets", "speakers", "lines", "processes", "seconds"] as const) {
      const value = parsed.values[name];
      if (value !== undefined && !(Number(value) > 0)) throw new Error(`--${name} must be a number above 0`);
    }
    return { kind: word, values: parsed.values };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
}
