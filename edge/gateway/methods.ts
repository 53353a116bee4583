// Which methods an address answers: so that a wrong method is 405 with `Allow`, and a wrong address 404.

export interface RoutePattern {
  method: string;
  /** As Elysia writes it: `/a/:b/*`. */
  path: string;
}

/** `methodsOf(pathname)`: none means that there is nothing at that address. The page's own `/*` is no address of the API. */
export function createMethods(routes: readonly RoutePattern[]): (pathname: string) => string[] {
  const patterns = new Map<string, { matches: RegExp; methods: Set<string> }>();
  for (const { method, path } of routes) {
    if (path === "/*") continue;
    const pattern = patterns.get(path) ?? { matches: regexOf(path), methods: new Set() };
    patterns.set(path, pattern);
    pattern.methods.add(method);
    if (method === "GET") pattern.methods.add("HEAD");
  }
  return (pathname) => {
    const methods = new Set<string>();
    for (const pattern of patterns.values())
      if (pattern.matches.test(pathname)) for (const method of pattern.methods) methods.add(method);
    return [...methods].sort();
  };
}

function regexOf(path: string): RegExp {
  const parts = path.split("/").map((part) => {
    if (part === "*") return ".*";
    return part.startsWith(":") ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("/")}/?$`);
}
