// A value that is made when it is first needed.

/** Formatters of `Intl` take some 10 ms each, which a page that opens has no time for. */
export function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
