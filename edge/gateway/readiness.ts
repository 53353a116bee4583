// GET /healthz and /readyz: whether this edge lives, and whether it should get requests.
//
// The outage of a store affects every edge alike, so it must not remove them all from the load balancer: only an edge that starts or
// drains answers 503.

import type { EdgeWorld } from "../world.ts";
import type { AnswerHead } from "./requests/visit.ts";

export type Stage = "starting" | "up" | "draining";
export type Store = "redis" | "postgres" | "nats";

export interface Readiness {
  stage: Stage;
  /** Stores that do not answer; checked at most once a second. */
  away(): Promise<Store[]>;
}

const CHECK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 300;

export function createReadiness({
  redis,
  database,
  bus,
  clock,
}: Pick<EdgeWorld, "redis" | "database" | "bus" | "clock">): Readiness {
  let checked: { atMs: number; away: Promise<Store[]> } | undefined;

  /** Null if the store answers in time. */
  async function absent(store: Store, query: () => Promise<unknown>): Promise<Store | null> {
    let cancel = () => {};
    const tooLong = new Promise<Store>((resolve) => {
      // One more turn of the event loop, as in counts.ts.
      cancel = clock.timer(ANSWER_WITHIN_MS, () => {
        cancel = clock.timer(1, () => resolve(store));
      });
    });
    const answer = Promise.resolve()
      .then(query)
      .then(
        () => null,
        () => store,
      );
    const result = await Promise.race([answer, tooLong]);
    cancel();
    return result;
  }

  async function check(): Promise<Store[]> {
    const all = await Promise.all([
      absent("redis", () => redis.ping()),
      absent("postgres", () => database.sql`SELECT 1`),
      bus.link.up ? null : ("nats" as const),
    ]);
    return all.filter((store) => store !== null);
  }

  return {
    stage: "up",
    away() {
      const nowMs = clock.monoMs();
      if (!checked || nowMs - checked.atMs >= CHECK_EVERY_MS) checked = { atMs: nowMs, away: check() };
      return checked.away;
    },
  };
}

/** The handlers of `/healthz` and `/readyz`. */
export const healthOf = (readiness: Readiness) => ({
  health: () => ({ status: "ok" }),
  async ready({ set }: { set: AnswerHead }) {
    set.headers["cache-control"] = "no-store";
    if (readiness.stage !== "up") {
      set.status = 503;
      return { status: readiness.stage };
    }
    const away = await readiness.away();
    return away.length > 0 ? { status: "degraded", away } : { status: "ok" };
  },
});
