// The methods of each path: for 405 with `Allow`, for preflights and for 404. It uses Elysia's own router, so that both read a path
// alike.

import { Memoirist } from "memoirist";
import type { Method } from "#schema/api/route.ts";

interface RouteTable {
  /** Sorted; empty: no such path. */
  methodsAt(pathname: string): string[];
}

export function createRouteTable(routes: readonly { method: Method; path: string }[]): RouteTable {
  const router = new Memoirist<true>();
  const methods = new Set<string>();
  for (const { method, path } of routes) {
    methods.add(method);
    router.add(method, plain(path), true);
  }
  return {
    methodsAt(pathname) {
      const found = [...methods].filter((method) => router.find(method, plain(pathname)) !== null);
      return (found.includes("GET") ? [...found, "HEAD"] : found).sort();
    },
  };
}

/** Without a slash at the end, which Elysia ignores too. */
const plain = (path: string) => (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);
