// Which route an address means, before Elysia is asked: so that rules are decided first, that a wrong method is 405 with `Allow`, and
// a wrong address 404. By the router that Elysia itself uses, so that both read an address alike.

import { Memoirist } from "memoirist";
import { RULE_KEY, type Rule } from "../rules/access.ts";

export interface ListedRoute {
  method: string;
  /** As Elysia writes it: `/a/:b/*`. */
  path: string;
  hooks: Record<string, unknown>;
}

export interface Route {
  pattern: string;
  /** Null: not of the API (health, pages). */
  rule: Rule | null;
}

/** Names in the address, decoded; null: not percent-encoded as it should be. */
export type Params = Record<string, string | null>;

export interface Directory {
  /** Null: Elysia will find nothing either. */
  find(method: string, pathname: string): { store: Route; params: Params } | null;
  /** None: there is nothing at that address. The page's own `/*` is no address of the API. */
  methodsAt(pathname: string): string[];
}

const ANY_PAGE = "/*";

export function createDirectory(routes: readonly ListedRoute[]): Directory {
  const router = new Memoirist<Route>();
  const methods = new Set<string>();
  for (const { method, path, hooks } of routes) {
    methods.add(method);
    router.add(method, plain(path), { pattern: path, rule: ruleOf({ hooks }) ?? null });
  }

  function find(method: string, pathname: string) {
    const path = plain(pathname);
    return router.find(method, path) ?? (method === "HEAD" ? router.find("GET", path) : null);
  }

  return {
    find,
    methodsAt(pathname) {
      const found = [...methods, "HEAD"].filter((method) => {
        const route = find(method, pathname);
        return route !== null && route.store.pattern !== ANY_PAGE;
      });
      return [...new Set(found)].sort();
    },
  };
}

/** Of a route as Elysia lists it. */
export const ruleOf = ({ hooks }: Pick<ListedRoute, "hooks">) =>
  (hooks.detail as Record<string, unknown> | undefined)?.[RULE_KEY] as Rule | undefined;

/** A slash at the end means nothing, as with Elysia. */
const plain = (path: string) => (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);
