// `npm run ops -- <verb>`: the operator's tool. Each verb works on the system that runs on a data folder.

import { resolve } from "node:path";
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { FieldRefusal, troubleOf } from "#edge/gateway/problems/problem-details.ts";
import { BackupFault } from "#ops/backup/fault.ts";
import { UsageError } from "#ops/up/flags.ts";
import { DataTaken } from "#ops/up/lock.ts";
import { NotRunning } from "#ops/up/running-system.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { ConfigFaults } from "#runtime/config/reader.ts";
import { errors } from "#schema/api/error-codes.ts";
import { actors } from "./actors.ts";
import { backup } from "./backup.ts";
import { backups } from "./backups.ts";
import { block, blocked, unblock } from "./block.ts";
import { doctor } from "./doctor.ts";
import { drain, undrain } from "./drain.ts";
import { errors as loggedErrors } from "./errors.ts";
import { grant } from "./grant.ts";
import { logLevel } from "./log-level.ts";
import { nodes } from "./nodes.ts";
import { raiseEpochs } from "./raise-epochs.ts";
import { restore } from "./restore.ts";
import { findStores, storesOfEnvironment } from "./system.ts";
import { twoFactorOff } from "./two-factor-off.ts";
import type { OptionValues, Verb } from "./verb.ts";
import { verify } from "./verify.ts";
import { verifyBackup } from "./verify-backup.ts";
import { where } from "./where.ts";

const verbs: Record<string, Verb> = {
  nodes,
  actors,
  where,
  drain,
  undrain,
  doctor,
  block,
  unblock,
  blocked,
  grant,
  "two-factor-off": twoFactorOff,
  verify,
  "log-level": logLevel,
  errors: loggedErrors,
  backup,
  backups,
  "verify-backup": verifyBackup,
  restore,
  "raise-epochs": raiseEpochs,
};
/** Former names of verbs, which scripts may still use. */
const aliases: Record<string, string> = { "second-step-off": "two-factor-off" };
const everyVerb = { data: { type: "string" }, env: { type: "boolean" } } as const;

function usage() {
  const rows = Object.values(verbs).map(({ use }) => use.split(/ {2,}/) as [string, string]);
  const width = Math.max(...rows.map(([words]) => words.length));
  return [
    "usage: npm run ops -- <verb> [--data .data | --env]    --env: stores by DATABASE_URL, NATS_URL, REDIS_URL",
    ...rows.map(([words, does]) => `  ${words.padEnd(width)}  ${does}`),
  ].join("\n");
}

let code: number;
try {
  code = await run();
} catch (error) {
  console.error(lineFor(error));
  code = 1;
}
process.exit(code);

async function run(): Promise<number> {
  const { words, options } = read();
  const [name, ...rest] = words;
  if (name === undefined) throw new UsageError("a verb is missing");
  const verb = verbOf(name);
  const known = new Set([...Object.keys(everyVerb), ...Object.keys(verb.options ?? {})]);
  const unknown = Object.keys(options).find((option) => !known.has(option));
  if (unknown !== undefined) throw new UsageError(`${name} takes no --${unknown}`);
  if (options.env && options.data !== undefined) throw new UsageError("give --data or --env, not both");
  const system = () => (options.env ? storesOfEnvironment() : findStores(dataOf(options)));
  return (await verb.run(rest, { system, options, say: console.log })) ?? 0;
}

function verbOf(name: string): Verb {
  const current = Object.hasOwn(aliases, name) ? aliases[name]! : name;
  const verb = Object.hasOwn(verbs, current) ? verbs[current] : undefined;
  if (!verb) throw new UsageError(`there is no verb "${name}"`);
  return verb;
}

function dataOf({ data }: OptionValues) {
  return resolve(typeof data === "string" ? data : ".data");
}

function read(): { words: string[]; options: OptionValues } {
  const options: ParseArgsOptionsConfig = { ...everyVerb };
  for (const verb of Object.values(verbs))
    for (const [name, kind] of Object.entries(verb.options ?? {}))
      options[name] = { type: kind === "text" ? "string" : "boolean" };
  try {
    const { positionals, values } = parseArgs({ allowPositionals: true, options });
    return { words: positionals, options: { ...values } as OptionValues };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** One line for an expected error, with its code; the stack only for a bug. */
function lineFor(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n${usage()}`;
  if (error instanceof NotRunning || error instanceof DataTaken) return error.message;
  if (error instanceof BackupFault || error instanceof ConfigFaults) return error.message;
  if (error instanceof FieldRefusal)
    return `${error.code}: ${error.fields.map(({ path, message }) => `${path} must be ${message}`).join("; ")}`;
  if (error instanceof Refusal) return `${error.code}: ${error.detail ?? titleOf(error.code)}`;
  const { code, bug } = troubleOf(error);
  if (bug) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${code}: ${code === "unavailable" ? "the database does not answer: see `npm run ops -- doctor`" : titleOf(code)}`;
}

function titleOf(code: string) {
  return Object.hasOwn(errors, code) ? errors[code as keyof typeof errors].title : code;
}
