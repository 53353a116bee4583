// Timers and children of one actor: starts and stops them until they match the plan.

import type { Clock } from "../base/clock.ts";
import { outsideTraces } from "../base/trace.ts";
import type { Child, Runs, Self } from "./actor.ts";
import { alarmLateSeconds } from "./metrics.ts";

export class Running<Message> {
  readonly #timers = new Map<string, { dueMs: number; cancel: () => void }>();
  readonly #children = new Map<string, { key: string; child: Child }>();
  /** Children that are stopping. */
  readonly #leaving = new Map<Promise<void>, { name: string; child: Child }>();

  constructor(
    /** `nowMs`: the store's wall clock, which `dueMs` of a timer refers to. */
    private readonly world: { clock: Clock; nowMs(): number },
    private readonly owner: { onBug(error: unknown, what: string): void },
    private readonly self: Self<Message>,
  ) {}

  /** No child keeps the actor awake. */
  get quiet() {
    for (const { child } of this.#children.values()) if (!child.quiet) return false;
    return this.#leaving.size === 0;
  }

  /** Returns one promise for each child that it stops; the promise resolves when the child is gone. */
  match({ timers = {}, children = {} }: Runs<Message>): Promise<void>[] {
    this.#matchTimers(timers);
    return this.#matchChildren(children);
  }

  saved(state: unknown, sentMonoMs: number) {
    for (const [name, { child }] of this.#children)
      try {
        child.saved?.(state, sentMonoMs);
      } catch (error) {
        this.owner.onBug(error, `saved ${name}`);
      }
  }

  /** Resolves when nothing is left. */
  stop(how: "ask" | "kill"): Promise<void> {
    return this.#stop(how, () => true);
  }

  /** The actor is cut off: kills everything except children that outlast a cut-off, until the next match. Resolves when they are gone. */
  suspend(): Promise<void> {
    return this.#stop("kill", (child) => !child.outlastsCutOff);
  }

  async #stop(how: "ask" | "kill", ends: (child: Child) => boolean) {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    // Children that were asked to stop earlier and are still here are killed too: they still contact the outside.
    if (how === "kill")
      for (const { name, child } of [...this.#leaving.values()])
        if (ends(child)) void this.#stopChild(name, child, "kill");
    for (const [name, { child }] of this.#children) {
      if (!ends(child)) continue;
      this.#children.delete(name);
      void this.#stopChild(name, child, how);
    }
    await Promise.all(this.#leaving.keys());
  }

  #matchTimers(timers: NonNullable<Runs<Message>["timers"]>) {
    for (const [name, timer] of this.#timers)
      if (timers[name]?.dueMs !== timer.dueMs) {
        timer.cancel();
        this.#timers.delete(name);
      }
    for (const [name, { dueMs, rings }] of Object.entries(timers)) {
      if (this.#timers.has(name)) continue;
      const cancel = this.world.clock.timer(dueMs - this.world.nowMs(), () => {
        this.#timers.delete(name);
        alarmLateSeconds.observe(Math.max(0, this.world.nowMs() - dueMs) / 1_000);
        this.self.tell(rings);
      });
      this.#timers.set(name, { dueMs, cancel });
    }
  }

  #matchChildren(children: NonNullable<Runs<Message>["children"]>): Promise<void>[] {
    const stopping: Promise<void>[] = [];
    for (const [name, { key, child }] of this.#children)
      if (children[name]?.key !== key) {
        this.#children.delete(name);
        stopping.push(this.#stopChild(name, child, "ask"));
      }
    for (const [name, { key, start }] of Object.entries(children)) {
      if (this.#children.has(name)) continue;
      try {
        // A child lives longer than the request that started it.
        this.#children.set(name, { key, child: outsideTraces(() => start(this.self)) });
      } catch (error) {
        this.owner.onBug(error, `start ${name}`); // A child reports its failures; only a bug throws here.
      }
    }
    return stopping;
  }

  #stopChild(name: string, child: Child, how: "ask" | "kill"): Promise<void> {
    const leaving = (async () => child.stop(how))()
      .catch((error) => this.owner.onBug(error, `stop ${name}`))
      .finally(() => this.#leaving.delete(leaving));
    this.#leaving.set(leaving, { name, child });
    return leaving;
  }
}

export function runsNothing<Message>({ timers, children }: Runs<Message>): boolean {
  for (const _ in timers) return false;
  for (const _ in children) return false;
  return true;
}
