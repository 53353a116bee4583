// `npm run bench [-- <name>… --option value]`: measures the design's targets against baselines in the same run, prints the results and adds them to results/<date>.md.

import { appendFile, mkdir } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchActors } from "./actors.ts";
import { benchChannelCost } from "./channel-cost.ts";
import { benchAdmission } from "./chat/admission.ts";
import { benchFanOut } from "./chat/fan-out.ts";
import { benchQuietRooms } from "./chat/quiet-rooms.ts";
import { benchSlowReaders } from "./chat/slow-readers.ts";
import { benchFanout } from "./fanout.ts";
import { benchGateway } from "./gateway.ts";
import { benchGlass } from "./glass.ts";
import { benchIdle } from "./idle.ts";
import { benchJudging } from "./judging.ts";
import { benchLogins } from "./logins.ts";
import { benchMedia } from "./media.ts";
import { benchMediaMemory } from "./media-memory.ts";
import { benchObjects } from "./objects.ts";
import { benchPages } from "./pages.ts";
import { type BenchOptions, type BenchResult, machine, markdown } from "./result.ts";
import { benchVideos } from "./videos.ts";
import { benchWarmSecond } from "./warm-second.ts";

const benches: Record<string, (options: BenchOptions) => Promise<BenchResult | BenchResult[]>> = {
  media: benchMedia,
  "media-memory": benchMediaMemory,
  "channel-cost": benchChannelCost,
  "warm-second": benchWarmSecond,
  chat: benchFanOut,
  "chat-admission": benchAdmission,
  "chat-rooms": benchQuietRooms,
  "chat-slow-readers": benchSlowReaders,
  idle: benchIdle,
  judging: benchJudging,
  glass: benchGlass,
  fanout: benchFanout,
  actors: benchActors,
  gateway: benchGateway,
  logins: benchLogins,
  objects: benchObjects,
  pages: benchPages,
  videos: benchVideos,
};

const { values: options, positionals: asked } = argumentsOrExit();
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`no benchmark called ${unknown.join(", ")}; there is ${Object.keys(benches).join(", ")}`);
  process.exit(1);
}
// A busy machine changes the numbers, so the page says how busy it was before the run.
const busy = `load ${loadavg()[0]?.toFixed(1)} at the start`;
const sections: string[] = [];
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  for (const result of [await benches[name]!(options)].flat()) {
    const section = markdown(result);
    console.log(section);
    sections.push(section, "");
  }
}
const startedAt = new Date().toISOString();
const command = ["npm run bench", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" ");
const folder = join(import.meta.dir, "results");
await mkdir(folder, { recursive: true });
const file = join(folder, `${startedAt.slice(0, 10)}.md`);
const title = `# ${startedAt.slice(0, 16).replace("T", " ")} UTC`;
const before = (await Bun.file(file).exists()) ? "\n" : "";
await appendFile(file, before + [title, "", `\`${command}\` on ${machine()}, ${busy}`, "", ...sections].join("\n"));
console.log(`${machine()}\nadded to ${file}`);

function argumentsOrExit() {
  try {
    return parseArgs({
      options: {
        seconds: { type: "string" },
        rungs: { type: "string" },
        bframes: { type: "string" },
        link: { type: "boolean", default: false },
        sockets: { type: "string" },
        lines: { type: "string" },
        beside: { type: "string" },
      },
      allowPositionals: true,
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}
