// `npm run bench [-- <name>…]`: measures the design's targets against baselines in the same run, prints the results and adds them to results/<date>.md.

import { appendFile, mkdir } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { benchActors } from "./actors.ts";
import { benchChannel } from "./channel.ts";
import { benchGateway } from "./gateway.ts";
import { benchLogins } from "./logins.ts";
import { benchMedia } from "./media.ts";
import { type BenchResult, machine, markdown } from "./result.ts";

const benches: Record<string, () => Promise<BenchResult | BenchResult[]>> = {
  media: benchMedia,
  channel: benchChannel,
  actors: benchActors,
  gateway: benchGateway,
  logins: benchLogins,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`no benchmark called ${unknown.join(", ")}; there is ${Object.keys(benches).join(", ")}`);
  process.exit(1);
}
// A busy machine changes the numbers, so the page says how busy it was before the run.
const busy = `load ${loadavg()[0]?.toFixed(1)} at the start`;
const sections: string[] = [];
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  for (const result of [await benches[name]!()].flat()) {
    const section = markdown(result);
    console.log(section);
    sections.push(section, "");
  }
}
const startedAt = new Date().toISOString();
const command = `npm run bench${asked.length > 0 ? ` -- ${asked.join(" ")}` : ""}`;
const folder = join(import.meta.dir, "results");
await mkdir(folder, { recursive: true });
const file = join(folder, `${startedAt.slice(0, 10)}.md`);
const title = `# ${startedAt.slice(0, 16).replace("T", " ")} UTC`;
const before = (await Bun.file(file).exists()) ? "\n" : "";
await appendFile(file, before + [title, "", `\`${command}\` on ${machine()}, ${busy}`, "", ...sections].join("\n"));
console.log(`${machine()}\nadded to ${file}`);
