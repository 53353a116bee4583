// The contract of an actor: pure functions, and `perform`, which touches the outside world. What runs is a function of the state.

/** The result of a message. An absent field means none. */
export interface Decision<Event, Effect> {
  /** Answer to the asker, sent once the state it describes is saved. */
  reply?: unknown;
  /** Parks the request under this name until a later decision answers it (`answers`) or its deadline passes. */
  park?: string;
  /** Answers to parked requests, by name. */
  answers?: Record<string, unknown>;
  /** Facts, folded into the state by `evolve` in this order. */
  events?: Event[];
  /** Orders to the outside world, started after the save and never awaited. An effect can be lost: work that must happen is a child. */
  effects?: Effect[];
}

/** Timers and children that must run in a given state. The cell starts and stops them to match. */
export interface Runs<Message> {
  /** A timer rings once at `dueMs` (the store's wall clock), unless the plan has dropped it by then. */
  timers?: Record<string, { dueMs: number; rings: Message }>;
  children?: Record<string, ChildPlan<Message>>;
}

export interface ChildPlan<Message> {
  /** A changed key stops the old child and starts a new one. */
  key: string;
  start(self: Self<Message>): Child;
}

export interface Self<Message> {
  /** Delivers a fact from one of the actor's own children or timers. It passes whatever the state of the bus. */
  tell(message: Message): void;
}

export interface Child {
  /** Resolves when nothing of the child is left. Safe to call twice. `kill`: at once, without contacting anything outside. */
  stop(how: "ask" | "kill"): Promise<void>;
  /** The cell has saved this state, so it is safe to show. `sentMonoMs`: when the save was sent, monotonic clock; -Infinity: some time
   *  before the actor was cut off. */
  saved?(state: unknown, sentMonoMs: number): void;
  /** The actor may sleep while this child runs. Default: false. */
  readonly quiet?: boolean;
  /** The child keeps running while its actor is cut off from bus and store, because the store fences its writes. Default: false. */
  readonly outlastsCutOff?: boolean;
}

export interface Actor<State, Message, Event, Effect> {
  /** The state of a new actor. `nowMs` here and below: this node's estimate of the store's wall clock. */
  initial(nowMs: number): State;
  /** The state to continue with after a claim. `sinceSavedMs`: age of the saved state by the store's clock. */
  revive(saved: unknown, claim: { epoch: number; nowMs: number; sinceSavedMs: number }): State;
  decide(state: State, message: Message, nowMs: number): Decision<Event, Effect>;
  evolve(state: State, event: Event): State;
  /** `wanted`: names passed to `Cell.want` since this owner woke. They are never saved; a new owner starts with none. */
  runs(state: State, wanted: ReadonlySet<string>): Runs<Message>;
  perform(effect: Effect, self: Self<Message>): void | Promise<void>;
  /** True for a message that only reads. While the store is away, a read is answered from the last saved state. */
  reads(message: Message): boolean;
  /** Time from which the actor must be awake; a past time means now. Null: it may sleep. */
  wakeAtMs(state: State): number | null;
}

/** A refusal that the asker may read. Anything else that `decide` throws is a bug. */
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
