// `drain <node>` and `undrain <node>`: sets the flag that the node reads at its beat, and watches it become empty.

import { FieldRefusal } from "#edge/gateway/problems/problem.ts";
import { nodeViews, setDraining } from "#edge/operator/nodes.ts";
import { audit } from "#edge/staff/audit-log.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { SILENT_MS } from "#runtime/cluster/judge.ts";
import type { Sql } from "#schema/database.ts";
import { type DrainProgress, drainProgress } from "#schema/queries/operator/cluster.ts";
import { withDatabase } from "./system.ts";
import { onlyWord, type Verb, type VerbContext, WrongUse, wholeNumber } from "./verb.ts";

const LOOK_EVERY_MS = 1_000;
/** The node reads the flag at its beat, and the others read it at theirs: until then an actor may still be placed there. */
const HEARD_AFTER_MS = 2_500;
/** Not less than it takes to be heard. */
const TIMEOUT_S = { fallback: 120, min: 5, max: 86_400 };

export const drain: Verb = {
  use: "drain <node> [--timeout 120] [--no-wait]    hands its actors over and takes no new ones; exit 0 once it is empty, 1 after so many seconds",
  options: { timeout: "text", "no-wait": "flag" },
  async run(words, { system, options, say }) {
    const name = onlyWord(words, "a node's name or incarnation");
    const timeoutMs = wholeNumber(options, "timeout", TIMEOUT_S) * 1_000;
    return withDatabase(system(), async (sql) => {
      const { incarnation } = await mark(sql, name, true);
      say(`${name} (${incarnation}) is draining`);
      const takers = (await nodeViews(sql)).filter(({ standing }) => standing === "up");
      if (takers.length === 0) say("warning: no other node is up, so nobody can take its actors");
      if (options["no-wait"]) return 0;
      return follow({ sql, incarnation, name, timeoutMs, say });
    });
  },
};

export const undrain: Verb = {
  use: "undrain <node>                    lets it take actors again; what was handed over stays where it is",
  async run(words, { system, say }) {
    const name = onlyWord(words, "a node's name or incarnation");
    const { incarnation } = await withDatabase(system(), (sql) => mark(sql, name, false));
    say(`${name} (${incarnation}) takes actors again`);
    return 0;
  },
};

/** Throws WrongUse for a name that no living node has, or several. */
async function mark(sql: Sql, name: string, draining: boolean): Promise<{ incarnation: string }> {
  try {
    const told = await setDraining(sql, name, draining);
    const act = draining ? "node.drained" : "node.undrained";
    const entry = { id: random.uuid(clock.wallMs()), actorId: null, act, target: told.incarnation } as const;
    await audit(sql, { ...entry, detail: { name: told.name, by: "operator" } });
    return told;
  } catch (error) {
    if (error instanceof FieldRefusal) throw new WrongUse(error.fields.map(({ message }) => message).join("; "));
    if (error instanceof Refusal && error.code === "not_found")
      throw new WrongUse(`no living node is called "${name}"`);
    throw error;
  }
}

interface Follow {
  sql: Sql;
  incarnation: string;
  name: string;
  timeoutMs: number;
  say: VerbContext["say"];
}

/** A line a second until it is empty or gone. */
async function follow({ sql, incarnation, name, timeoutMs, say }: Follow): Promise<number> {
  const startMs = clock.monoMs();
  for (;;) {
    const progress = await drainProgress(sql, incarnation);
    const seconds = ((clock.monoMs() - startMs) / 1_000).toFixed(0);
    const heard = clock.monoMs() - startMs >= HEARD_AFTER_MS;
    const end = endOf(progress, { name, heard });
    if (end) {
      say(`${seconds} s  ${end.line}`);
      return end.code;
    }
    say(`${seconds} s  ${progress!.actors} actors left, ${progress!.onAir} of them on air`);
    if (clock.monoMs() - startMs + LOOK_EVERY_MS > timeoutMs) {
      say(
        `not empty after ${timeoutMs / 1_000} s; it goes on draining. \`undrain ${name}\` ends that, \`actors --node ${name}\` tells what is left`,
      );
      return 1;
    }
    await clock.sleep(LOOK_EVERY_MS);
  }
}

function endOf(
  progress: DrainProgress | null,
  { name, heard }: { name: string; heard: boolean },
): { code: number; line: string } | null {
  if (!progress || (progress.left && progress.actors === 0)) return { code: 0, line: `${name} is empty and has left` };
  if (progress.left || progress.silentMs > SILENT_MS)
    return { code: 1, line: `${name} is gone and left ${progress.actors} actors, which others claim` };
  if (!progress.draining) return { code: 1, line: `somebody has undrained ${name}` };
  return progress.actors === 0 && heard ? { code: 0, line: `${name} is empty: it can be stopped` } : null;
}
