// What the doctor says about one thing.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";

export interface Check {
  area: "machine" | "processes" | "database" | "nats" | "redis" | "nginx" | "ownership";
  name: string;
  state: "ok" | "warning" | "fault";
  /** What was found. */
  found: string;
  /** What to do; null for ok. */
  todo: string | null;
}

type Area = Check["area"];

export const ok = (area: Area, name: string, found: string): Check => ({ area, name, state: "ok", found, todo: null });
export const warning = (area: Area, name: string, found: string, todo: string): Check => ({
  area,
  name,
  found,
  todo,
  state: "warning",
});
export const fault = (area: Area, name: string, found: string, todo: string): Check => ({
  area,
  name,
  found,
  todo,
  state: "fault",
});

/** What is open to all should not be: in the same words for all stores. */
export const strangers = (area: Area, found: string) =>
  warning(area, "users", found, 'give each process its own user: "Users of the stores" in ops/README.md');

/** Fault over `faultOver`, warning over `warnOver`. */
export function atMost(
  area: Area,
  name: string,
  {
    value,
    found,
    warnOver,
    faultOver,
    todo,
  }: { value: number; found: string; warnOver: number; faultOver: number; todo: string },
): Check {
  if (value > faultOver) return fault(area, name, found, todo);
  return value > warnOver ? warning(area, name, found, todo) : ok(area, name, found);
}

/** What a check throws is a fault of what it looks at. */
export async function guarded(area: Area, name: string, todo: string, look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    const found = error instanceof Refusal ? "does not answer" : withoutSecrets(reason(error));
    return [fault(area, name, found, todo)];
  }
}

/** Errors of clients can quote the URL they were given. */
const withoutSecrets = (text: string) =>
  text
    .replace(/\/\/[^/@\s]*@/g, "//")
    .split("\n")[0]!
    .slice(0, 200);
