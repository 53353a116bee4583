// Which sites may show our media: all, or those of a setting. Players that are no page of a browser say no site and are not meant.

import { Refusal } from "#runtime/actor/actor.ts";
import { isOwnOrigin } from "../gateway/requests/origin-header.ts";

export class HotLinks {
  readonly #allowed: ReadonlySet<string>;

  /** Origins such as `https://host`; none = all sites. The edge's own is always allowed. */
  constructor(
    origins: readonly string[],
    private readonly publicUrl: string,
  ) {
    this.#allowed = new Set(origins);
  }

  /** Throws Refusal `forbidden` for a request from a page of another site. */
  check(request: Request) {
    if (this.#allowed.size === 0) return;
    const site = siteOf(request);
    if (site !== null && !this.#isAllowed(site, request))
      throw new Refusal("forbidden", "this site may not show our media");
  }

  /** Names the one site that may read the answer, where not all may. */
  mark(request: Request, response: Response): Response {
    if (this.#allowed.size === 0) return response;
    const site = siteOf(request);
    response.headers.append("vary", "origin");
    if (site !== null && this.#isAllowed(site, request)) response.headers.set("access-control-allow-origin", site);
    else response.headers.delete("access-control-allow-origin");
    return response;
  }

  #isAllowed(site: string, request: Request): boolean {
    return this.#allowed.has(site) || isOwnOrigin(site, request, this.publicUrl);
  }
}

/** Origin, or the site in Referer; null: neither is sent. `null` is the origin of sandboxed pages and files. */
function siteOf({ headers }: Request): string | null {
  const origin = headers.get("origin");
  if (origin !== null) return origin;
  const referer = headers.get("referer");
  return referer !== null && URL.canParse(referer) ? new URL(referer).origin : null;
}
