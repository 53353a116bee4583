// `drain <node>` and `undrain <node>`: set the draining flag of a node; `drain` follows until the node is empty.

import { FieldRefusal } from "#edge/gateway/problems/problem-details.ts";
import { nodeViews, setDraining } from "#edge/operator/nodes.ts";
import { audit } from "#edge/staff/audit-log.ts";
import { UsageError } from "#ops/up/flags.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { SILENT_MS } from "#runtime/cluster/judge.ts";
import type { Sql } from "#schema/database.ts";
import { type DrainProgress, drainProgress } from "#schema/queries/operator/cluster.ts";
import { withDatabase } from "./system.ts";
import { onlyWord, type Verb, type VerbContext, wholeNumber } from "./verb.ts";

const POLL_MS = 1_000;
/** Every node reads the flag with its heartbeat, once a second. Until all have read it, an actor may still be placed on the draining node. */
const FLAG_READ_BY_ALL_MS = 2_500;
/** The minimum is above `FLAG_READ_BY_ALL_MS`. */
const TIMEOUT_S = { fallback: 120, min: 5, max: 86_400 };

export const drain: Verb = {
  use: "drain <node> [--timeout 120] [--no-wait]    hands its actors over and takes no new ones; exit 0 when empty, 1 after the timeout in seconds",
  options: { timeout: "text", "no-wait": "flag" },
  async run(words, { system, options, say }) {
    const name = onlyWord(words, "a node's name or incarnation");
    const timeoutMs = wholeNumber(options, "timeout", TIMEOUT_S) * 1_000;
    return withDatabase(system(), async (sql) => {
      const { incarnation } = await mark(sql, name, true);
      say(`${name} (${incarnation}) is draining`);
      const others = (await nodeViews(sql)).filter(({ standing }) => standing === "up");
      if (others.length === 0) say("warning: no other node is up, so its actors cannot be handed over");
      if (options["no-wait"]) return 0;
      return follow({ sql, incarnation, name, timeoutMs, say });
    });
  },
};

export const undrain: Verb = {
  use: "undrain <node>                    lets it take actors again; actors already handed over do not come back",
  async run(words, { system, say }) {
    const name = onlyWord(words, "a node's name or incarnation");
    const { incarnation } = await withDatabase(system(), (sql) => mark(sql, name, false));
    say(`${name} (${incarnation}) takes actors again`);
    return 0;
  },
};

/** Throws UsageError when no living node has that name, or several have it. */
async function mark(sql: Sql, name: string, draining: boolean): Promise<{ incarnation: string }> {
  try {
    const node = await setDraining(sql, name, draining);
    const act = draining ? "node.drained" : "node.undrained";
    const entry = { id: random.uuid(clock.wallMs()), actorId: null, act, target: node.incarnation } as const;
    await audit(sql, { ...entry, detail: { name: node.name, by: "operator" } });
    return node;
  } catch (error) {
    if (error instanceof FieldRefusal) throw new UsageError(error.fields.map(({ message }) => message).join("; "));
    if (error instanceof Refusal && error.code === "not_found")
      throw new UsageError(`no living node is called "${name}"`);
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

/** Prints a line a second until the node is empty or gone. */
async function follow({ sql, incarnation, name, timeoutMs, say }: Follow): Promise<number> {
  const startMs = clock.monoMs();
  for (;;) {
    const progress = await drainProgress(sql, incarnation);
    const seconds = ((clock.monoMs() - startMs) / 1_000).toFixed(0);
    const isFlagRead = clock.monoMs() - startMs >= FLAG_READ_BY_ALL_MS;
    const end = endOf(progress, { name, isFlagRead });
    if (end) {
      say(`${seconds} s  ${end.line}`);
      return end.code;
    }
    say(`${seconds} s  ${progress!.actors} actors left, ${progress!.onAir} of them on air`);
    if (clock.monoMs() - startMs + POLL_MS > timeoutMs) {
      say(
        `not empty after ${timeoutMs / 1_000} s; it goes on draining. \`undrain ${name}\` ends that, \`actors --node ${name}\` lists what is left`,
      );
      return 1;
    }
    await clock.sleep(POLL_MS);
  }
}

function endOf(
  progress: DrainProgress | null,
  { name, isFlagRead }: { name: string; isFlagRead: boolean },
): { code: number; line: string } | null {
  if (!progress || (progress.left && progress.actors === 0)) return { code: 0, line: `${name} is empty and has left` };
  if (progress.left || progress.silentMs > SILENT_MS)
    return { code: 1, line: `${name} is gone; other nodes claim the ${progress.actors} actors it still had` };
  if (!progress.draining) return { code: 1, line: `${name} was undrained meanwhile` };
  return progress.actors === 0 && isFlagRead ? { code: 0, line: `${name} is empty: it can be stopped` } : null;
}
