// Steps that seldom wait: without a promise where none is needed, as most requests of a busy client need none.

export type MaybePromise<Value> = Value | Promise<Value>;

/** `next` of the value: now if it is there, else when it is. */
export function andThen<Value, Next>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
