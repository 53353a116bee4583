// The parameters of an address, from the fields of a filter.

/** `?a=1&b=2` with all parameters that are not empty; empty without any. */
export function query(parameters: Record<string, string>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
