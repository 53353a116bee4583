// `log-level <process> <level>`: changes the level of a running process's logs for a time.

import { changeLogLevel } from "#edge/observation/log-levels.ts";
import { audit } from "#edge/staff/audit-log.ts";
import { UsageError } from "#ops/up/flags.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { LOG_LEVELS } from "#runtime/base/log-level.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { SILENT_MS } from "#runtime/cluster/judge.ts";
import { livingAddresses } from "#schema/queries/operator/cluster.ts";
import { type OperatedSystem, withDatabase } from "./system.ts";
import { type Verb, wholeNumber } from "./verb.ts";

const MINUTES = { fallback: 30, min: 1, max: 1_440 };

export const logLevel: Verb = {
  use: "log-level <process> debug [--minutes 30]    what edge-1, actor-2 or http://host:port logs from now on; the usual level comes back by itself",
  options: { minutes: "text" },
  async run(words, { system, options, say }) {
    const [name, level, ...rest] = words;
    if (!name || !LOG_LEVELS.some((known) => known === level) || rest.length > 0)
      throw new UsageError(`log-level takes a process and one of ${LOG_LEVELS.join(", ")}`);
    const minutes = wholeNumber(options, "minutes", MINUTES);
    const here = system();
    const state = await withDatabase(here, async (sql) => {
      const address =
        addressOf(here, name) ?? (await livingAddresses(sql, SILENT_MS)).find((node) => node.name === name)?.address;
      if (!address) throw new UsageError(`no process is called "${name}"`);
      const id = random.uuid(clock.wallMs());
      const detail = { level: level!, minutes, by: "operator" };
      await audit(sql, { id, actorId: null, act: "node.log-level", target: name, detail });
      return changeLogLevel({ address }, { level: level!, forMs: minutes * 60_000 });
    });
    const until = state.level === state.usual ? "its usual level" : `for ${minutes} min, then ${state.usual} again`;
    say(`${name} logs ${state.level} and above: ${until}`);
    return 0;
  },
};

/** Null: it may be a node that the database knows. */
function addressOf({ folder }: OperatedSystem, name: string): string | null {
  if (/^https?:\/\//.test(name)) return name.replace(/\/$/, "");
  const port = /^(edge|actor)-\d+$/.test(name) ? folder?.readRunFile(name)?.internalPort : undefined;
  return port === undefined ? null : `http://127.0.0.1:${port}`;
}
