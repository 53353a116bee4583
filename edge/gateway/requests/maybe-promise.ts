// Chains a step without allocating a promise if the value is already there.

export type MaybePromise<Value> = Value | Promise<Value>;

/** Calls `next` with the value, at once or when the promise resolves. */
export function andThen<Value, Next>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
