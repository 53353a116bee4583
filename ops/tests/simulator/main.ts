// The command: `npm run simulate -- --seeds 1000 [--from 1] [--mutation "<name>"]`, or `--seed 7 --trace` to print the events of one seed.

import { parseArgs } from "node:util";
import { type MutationName, mutations } from "./mutations.ts";
import { runSeed } from "./run.ts";
import { missing, Totals } from "./totals.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    mutation: { type: "string" },
  },
});

// An unhandled rejection is a bug too.
process.on("unhandledRejection", (error) => {
  console.error("unhandled rejection", error);
  process.exit(1);
});

const known = (name: string): name is MutationName => name in mutations;
if (values.mutation !== undefined && !known(values.mutation)) {
  console.error(`no mutation "${values.mutation}"; there are: ${Object.keys(mutations).join(", ")}`);
  process.exit(2);
}
const mutation = values.mutation === undefined ? {} : mutations[values.mutation];

if (values.seed !== undefined) {
  const outcome = runSeed(Number(values.seed), { mutation, story: values.trace });
  for (const line of outcome.story ?? []) console.log(line);
  for (const violation of outcome.violations) console.log(`violation at ${violation}`);
  console.log(
    `seed ${outcome.seed}: trace ${outcome.hash}, ${outcome.steps} events, ${outcome.violations.length} violations`,
  );
  process.exit(outcome.violations.length > 0 ? 1 : 0);
}

const totals = new Totals();
const red: number[] = [];
const from = Number(values.from);
const count = Number(values.seeds);
for (let seed = from; seed < from + count; seed++) {
  const outcome = runSeed(seed, { mutation });
  totals.add(outcome);
  if (outcome.violations.length === 0) continue;
  red.push(seed);
  console.log(
    `seed ${seed}: ${outcome.violations[0]}${outcome.violations.length > 1 ? ` (+${outcome.violations.length - 1})` : ""}`,
  );
}
await totals.addHeld();
console.log(totals.text());
const never = missing(totals);
if (never.length > 0 && count >= 500) console.log(`never happened: ${never.join(", ")}`);
console.log(`${count} seeds, ${red.length} red${red.length > 0 ? `: --seed ${red[0]} --trace` : ""}`);
process.exit(red.length > 0 || (never.length > 0 && count >= 500) ? 1 : 0);
