// What an actor is: four pure functions, and one that touches the world. What runs is a function of the state.

/** What a message brings about. Absent parts mean "nothing". */
export interface Decision<Event, Effect> {
  /** Answer to the asker. It leaves once the state it speaks of is saved. */
  reply?: unknown;
  /** Keeps the asker waiting under this name, until a later message gives `answers` for it or its deadline comes. */
  park?: string;
  /** Answers to requests that were parked, by name. */
  answers?: Record<string, unknown>;
  /** Facts, folded into the state by `evolve` in this order. */
  events?: Event[];
  /** Orders to the world, started after the save and never awaited. One can be lost: what must happen is a child. */
  effects?: Effect[];
}

/** What must be running while the actor is in a state. The cell starts and stops to match. */
export interface Runs<Message> {
  /** Rings once at `dueMs` (the store's wall clock) unless it has left the plan by then. */
  timers?: Record<string, { dueMs: number; rings: Message }>;
  children?: Record<string, ChildPlan<Message>>;
}

export interface ChildPlan<Message> {
  /** A changed one means: stop the old child, then start a new one. */
  key: string;
  start(self: Self<Message>): Child;
}

export interface Self<Message> {
  /** A fact from an own child or timer: always heard, whatever the bus does. */
  tell(message: Message): void;
}

export interface Child {
  /** Resolves when nothing of the child is left. Safe to call twice. `kill`: at once, and without a word to the outside. */
  stop(how: "ask" | "kill"): Promise<void>;
  /** The cell has saved a state: what is now safe to show. `sentMonoMs`: when the save was sent, monotonic. */
  saved?(state: unknown, sentMonoMs: number): void;
  /** Its actor may fall asleep although it runs. Default: false. */
  readonly quiet?: boolean;
  /** It runs on while its actor is cut off from bus and store, since the store fences all that it does. Default: false. */
  readonly outlastsCutOff?: boolean;
}

export interface Actor<State, Message, Event, Effect> {
  /** `nowMs` here and below: the store's wall clock as this node knows it. */
  initial(nowMs: number): State;
  /** A saved state after a claim; `sinceSavedMs` by the store's clock. */
  revive(saved: unknown, claim: { epoch: number; nowMs: number; sinceSavedMs: number }): State;
  decide(state: State, message: Message, nowMs: number): Decision<Event, Effect>;
  evolve(state: State, event: Event): State;
  /** `wanted`: names that this owner was asked for since it woke (see Cell). They are never saved: a new owner begins with none. */
  runs(state: State, wanted: ReadonlySet<string>): Runs<Message>;
  perform(effect: Effect, self: Self<Message>): void | Promise<void>;
  /** True for a message that only reads: while the store is away it speaks of the last saved state instead of waiting. */
  reads(message: Message): boolean;
  /** When it must be awake; null = may sleep. In the past = must be awake now. */
  wakeAtMs(state: State): number | null;
}

/** A refusal that the asker may read. Anything else thrown by `decide` is a bug of ours. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly code: string,
    readonly detail?: string,
    readonly retryAfterMs?: number,
  ) {
    super(detail ?? code);
  }
}
