// Changes the level of another process's logs, on its internal port.

import { Refusal } from "#runtime/actor/actor.ts";
import { LOG_LEVEL_PATH, type LogLevelState } from "#runtime/process/log-level-port.ts";
import type { Target } from "./collector.ts";

const ANSWER_WITHIN_MS = 2_000;

/** Throws Refusal `unavailable` when the process does not answer. */
export async function changeLogLevel(
  { address }: Pick<Target, "address">,
  order: { level: string; forMs: number },
): Promise<LogLevelState> {
  try {
    const response = await fetch(`${address}${LOG_LEVEL_PATH}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(order),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      redirect: "error",
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return (await response.json()) as LogLevelState;
  } catch {
    throw new Refusal("unavailable", "the process does not answer");
  }
}
