// `npm run ops -- <verb>`: the operator's tool. Each verb speaks to the system that runs on a data folder.

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { findRunning, NotRunning } from "#ops/up/running.ts";
import { grant } from "./grant.ts";
import type { Verb } from "./verb.ts";
import { WrongUse } from "./verb.ts";

const verbs: Record<string, Verb> = { grant };

const usage = () =>
  ["usage: npm run ops -- <verb> [--data .data]", ...Object.values(verbs).map(({ use }) => `  ${use}`)].join("\n");

try {
  await run();
} catch (error) {
  if (!(error instanceof WrongUse || error instanceof NotRunning)) throw error;
  console.error(error instanceof WrongUse ? `${error.message}\n${usage()}` : error.message);
  process.exit(1);
}

async function run() {
  const { words, data } = read();
  const [name, ...rest] = words;
  if (name === undefined) throw new WrongUse("a verb is missing");
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) throw new WrongUse(`there is no verb "${name}"`);
  await verb.run(rest, () => findRunning(resolve(data)), console.log);
}

function read() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { data: { type: "string", default: ".data" } },
    });
    return { words: positionals, data: values.data };
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : String(error));
  }
}
