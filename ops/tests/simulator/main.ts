// The command: `npm run simulate -- --seeds 1000 [--from 1] [--jobs 2] [--scene lasting] [--mutation "<name>" [--first-red]]`, or
// `--seed 7 --trace` to print the events of one seed.

import { parseArgs } from "node:util";
import { runJobs } from "./jobs.ts";
import { mutate } from "./mutate.ts";
import { type Mutation, type MutationName, mutations } from "./mutations.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
    seed: { type: "string" },
    scene: { type: "string" },
    trace: { type: "boolean", default: false },
    mutation: { type: "string" },
    "first-red": { type: "boolean", default: false },
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
const from = Number(values.from);
const count = Number(values.seeds);
const jobs = Number(values.jobs);
if (jobs > 1) {
  const { scene, mutation } = values;
  const argv = [...(scene ? ["--scene", scene] : []), ...(mutation ? ["--mutation", mutation] : [])];
  process.exit(await runJobs({ from, seeds: count, jobs, argv }));
}
const mutation: Mutation = values.mutation === undefined ? {} : mutations[values.mutation];
await mutate(mutation);
const { isWithin, LIMITS, runSeed, sceneOf } = await import("./run.ts");
const { missing, Totals } = await import("./totals.ts");
const scene = values.scene ?? mutation.scene;
if (scene !== undefined && !LIMITS.has(scene)) {
  console.error(`no scene "${scene}"; there are: ${[...LIMITS].join(", ")}`);
  process.exit(2);
}
const broken = mutation.database ?? {};

if (values.seed !== undefined) {
  const outcome = runSeed(Number(values.seed), { broken, story: values.trace });
  const of = sceneOf(outcome.seed);
  for (const line of outcome.story ?? []) console.log(line);
  for (const violation of outcome.violations) console.log(`violation at ${violation}`);
  console.log(
    `seed ${outcome.seed} (${of.drill ?? of.scene}): trace ${outcome.hash}, ${outcome.steps} events, ${outcome.violations.length} violations`,
  );
  process.exit(outcome.violations.length > 0 ? 1 : 0);
}

const totals = new Totals();
const red: number[] = [];
for (let seed = from; seed < from + count; seed++) {
  if (!isWithin(seed, scene)) continue;
  const outcome = runSeed(seed, { broken });
  totals.add(outcome);
  const [first, ...more] = outcome.violations;
  if (first === undefined) continue;
  red.push(seed);
  console.log(`seed ${seed}: ${first.split("\n")[0]}${more.length > 0 ? ` (+${more.length})` : ""}`);
  if (values["first-red"]) break;
}
await totals.addHeld();
console.log(totals.text());
const complete = scene === undefined && !values["first-red"] && count >= 500;
const never = complete ? missing(totals) : [];
if (never.length > 0) console.log(`never happened: ${never.join(", ")}`);
console.log(`${totals.seeds} seeds, ${red.length} red${red.length > 0 ? `: --seed ${red[0]} --trace` : ""}`);
process.exit(red.length > 0 || never.length > 0 ? 1 : 0);
