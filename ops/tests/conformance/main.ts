// `bun ops/tests/conformance/main.ts <url of index.m3u8> [--minutes 1]`: reads a live channel and prints every check.

import { parseArgs } from "node:util";
import { readChannel } from "./channel-reader.ts";

const { values, positionals } = parseArgs({
  options: { minutes: { type: "string", default: "1" } },
  allowPositionals: true,
});
const [url] = positionals;
const minutes = Number(values.minutes);
if (!url || !(minutes > 0)) {
  console.error("bun ops/tests/conformance/main.ts <url of index.m3u8> [--minutes 1]");
  process.exit(2);
}
const { tally, read } = await readChannel(url, { forMs: minutes * 60_000 });
for (const line of tally.lines()) console.log(line);
for (const [name, counts] of Object.entries(read)) console.log(name, JSON.stringify(counts));
const failed = tally.outcomes.filter(({ faults }) => faults > 0).length;
const passed = tally.outcomes.filter(({ faults, applied }) => faults === 0 && applied > 0).length;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
