// A check of the doctor: its result, and how it is made.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";

export interface Check {
  area: "machine" | "processes" | "database" | "nats" | "redis" | "s3" | "nginx" | "relay" | "ownership";
  name: string;
  state: "ok" | "warning" | "fault";
  /** The value or state that was found. */
  found: string;
  /** What the operator should do; null for `ok`. */
  todo: string | null;
}

type Area = Check["area"];

export const ok = (area: Area, name: string, found: string): Check => ({ area, name, state: "ok", found, todo: null });
export const warning = (area: Area, name: string, found: string, todo: string): Check => ({
  area,
  name,
  state: "warning",
  found,
  todo,
});
export const fault = (area: Area, name: string, found: string, todo: string): Check => ({
  area,
  name,
  state: "fault",
  found,
  todo,
});

/** The warning about a store without users, alike for all stores. */
export const withoutUsers = (area: Area, found: string) =>
  warning(area, "users", found, 'give each process its own user: "Users of the stores" in ops/README.md');

/** A fault for a value over `faultOver`, a warning over `warnOver`. */
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

/** The checks that `work` makes, or one fault when it throws. */
export async function checkOrFault(
  area: Area,
  name: string,
  todo: string,
  work: () => Promise<Check[]>,
): Promise<Check[]> {
  try {
    return await work();
  } catch (error) {
    const found = error instanceof Refusal ? "does not answer" : withoutSecrets(reason(error));
    return [fault(area, name, found, todo)];
  }
}

/** Errors of the stores' clients can contain the URL with its password. */
const withoutSecrets = (text: string) =>
  text
    .replace(/\/\/[^/@\s]*@/g, "//")
    .split("\n")[0]!
    .slice(0, 200);
