// The event loop of a simulation: events in order of time, then of creation; seeded randomness; processes that pause or die. Same seed, same run.

import { drainMicrotasks } from "bun:jsc";
import { SeededRandom } from "#runtime/base/random.ts";

export interface Event {
  atMs: number;
  seq: number;
  run: (() => void) | null;
  /** The process that runs the event: the event waits while the process is paused, and is dropped once it is dead. */
  process: Process | null;
  /** Arrived over a socket. A resumed process handles such events before its timers, or after. */
  socket: boolean;
}

/** The store's wall clock at the start of a run. */
export const WALL_START_MS = Date.UTC(2026, 0, 1);

export class Process {
  dead = false;
  pausedUntilMs = 0;
  /** Difference of its wall clock from the store's. */
  skewMs = 0;
  readonly waiting: Event[] = [];

  constructor(readonly name: string) {}
}

export class Simulation {
  nowMs = 0;
  readonly random: SeededRandom;
  readonly violations: string[] = [];
  readonly stats: Record<string, number> = {};
  readonly highest: Record<string, number> = {};
  /** Traced events as text, for `--trace`; otherwise null. */
  readonly story: string[] | null;
  /** Number of events run. */
  steps = 0;
  #heap: Event[] = [];
  readonly #outside: (() => Promise<void>)[] = [];
  #seq = 0;
  #hash = 0x811c9dc5;

  constructor(seed: number, { story = false } = {}) {
    this.random = new SeededRandom(Math.imul(seed, 0x9e3779b1));
    this.story = story ? [] : null;
  }

  /** Hash of all traced events, in order. */
  get hash() {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }

  chance(share: number) {
    return this.random.next() < share;
  }

  between(from: number, to: number) {
    return from + this.random.next() * (to - from);
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random.next() * list.length)]!;
  }

  count(what: string, by = 1) {
    this.stats[what] = (this.stats[what] ?? 0) + by;
  }

  /** Like `count`, for a number of which a batch shows the highest. */
  worst(what: string, value: number) {
    this.highest[what] = Math.max(this.highest[what] ?? 0, Math.round(value));
  }

  trace(text: string) {
    let hash = this.#hash ^ Math.round(this.nowMs * 1000);
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
    this.#hash = hash;
    this.story?.push(`${(this.nowMs / 1000).toFixed(4).padStart(9)} ${text}`);
  }

  violation(text: string) {
    this.trace(`VIOLATION ${text}`);
    this.violations.push(`${(this.nowMs / 1000).toFixed(3)} s: ${text}`);
  }

  /** Schedules an event. Setting its `run` to null cancels it. */
  after(ms: number, run: () => void, process: Process | null = null, socket = false): Event {
    const event = { atMs: this.nowMs + Math.max(0, ms), seq: this.#seq++, run, process, socket };
    this.#push(event);
    return event;
  }

  run(untilMs: number) {
    while (this.#step(untilMs)) drainMicrotasks();
    this.nowMs = untilMs;
  }

  /** Like `run`, for a simulation with parts that are real: time stands still until they have done what `outside` got. */
  async runWithOutside(untilMs: number) {
    while (this.#step(untilMs)) {
      drainMicrotasks();
      for (let next = this.#outside.shift(); next; next = this.#outside.shift()) {
        await next().catch((error) => this.violation(`outside: ${error instanceof Error ? error.stack : error}`));
        drainMicrotasks();
      }
    }
    this.nowMs = untilMs;
  }

  /** Work outside of the simulation, in order. */
  outside(work: () => Promise<void>) {
    this.#outside.push(work);
  }

  /** Runs the next event. False: there is none until then. */
  #step(untilMs: number): boolean {
    const event = this.#heap[0];
    if (!event || event.atMs > untilMs) return false;
    this.#pop();
    if (!event.run) return true;
    this.nowMs = event.atMs;
    const { process } = event;
    if (process?.dead) return true;
    if (process && process.pausedUntilMs > this.nowMs) {
      process.waiting.push(event);
      return true;
    }
    this.steps++;
    try {
      event.run();
    } catch (error) {
      this.violation(`thrown at the top: ${error instanceof Error ? error.stack : error}`);
    }
    return true;
  }

  /** Stops all events of the process for `ms`; its clocks go on. */
  pause(process: Process, ms: number) {
    process.pausedUntilMs = Math.max(process.pausedUntilMs, this.nowMs + ms);
    this.after(ms, () => this.#resume(process));
  }

  /** Ends a pause before its time. */
  resume(process: Process) {
    process.pausedUntilMs = this.nowMs;
    this.#resume(process);
  }

  #resume(process: Process) {
    if (process.pausedUntilMs > this.nowMs || process.dead) return;
    const waiting = process.waiting.splice(0);
    if (this.chance(0.5))
      waiting.sort((a, b) => Number(b.socket) - Number(a.socket) || a.atMs - b.atMs || a.seq - b.seq);
    for (const event of waiting) this.#push({ ...event, atMs: this.nowMs, seq: this.#seq++, run: () => event.run?.() });
  }

  #push(event: Event) {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(event);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(event, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = event;
  }

  #pop() {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}

const before = (a: Event, b: Event) => a.atMs < b.atMs || (a.atMs === b.atMs && a.seq < b.seq);
