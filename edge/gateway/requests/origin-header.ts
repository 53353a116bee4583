// Whether the page that sent a request is one of ours (RFC 6454 §7). Browsers send Origin and pages cannot forge it; other clients send none.

import { Refusal } from "#runtime/actor/actor.ts";
import type { EdgeWorld } from "../../world.ts";

/** A refusal is logged at most this often: a foreign page could send thousands. */
const LOGGED_EVERY_MS = 60_000;
const LOGGED_LENGTH_MAX = 200;

export interface OriginRule {
  /** Throws Refusal `foreign_origin` for a request from a page of another site, and logs which setting would allow it. */
  check(request: Request): void;
}

type OriginWorld = Pick<EdgeWorld, "clock" | "log"> & {
  config: Pick<EdgeWorld["config"], "allowedOrigins" | "publicUrl">;
};

/** Allows our own pages, and those of ALLOWED_ORIGINS. */
export function createOriginRule({ config, clock, log }: OriginWorld): OriginRule {
  const allowed = new Set(config.allowedOrigins);
  let loggedMs = Number.NEGATIVE_INFINITY;
  return {
    check(request) {
      const origin = request.headers.get("origin");
      // Browsers that hide the origin of a foreign page still send Fetch Metadata.
      const foreign =
        origin === null
          ? request.headers.get("sec-fetch-site") === "cross-site"
          : !allowed.has(origin) && !isOwnOrigin(origin, request, config.publicUrl);
      if (!foreign) return;
      if (clock.monoMs() - loggedMs >= LOGGED_EVERY_MS) {
        loggedMs = clock.monoMs();
        log.warn(
          {
            origin: origin?.slice(0, LOGGED_LENGTH_MAX) ?? null,
            host: request.headers.get("host")?.slice(0, LOGGED_LENGTH_MAX) ?? null,
            publicUrl: config.publicUrl,
            todo: "if people open this site at that origin, set PUBLIC_URL to it; if it is another site of yours, add it to ALLOWED_ORIGINS",
          },
          "origin refused",
        );
      }
      throw new Refusal("foreign_origin");
    },
  };
}

/**
 * True for PUBLIC_URL, which a proxy may hide by naming its upstream as Host, and for the host that the request names. Hosts are compared
 * as hosts: in any case, and without the port that the scheme implies. False for `null`, the origin of sandboxed pages and files.
 */
export function isOwnOrigin(origin: string, request: Request, publicUrl: string): boolean {
  if (origin === publicUrl) return true;
  const page = URL.parse(origin);
  if (!page || (page.protocol !== "https:" && page.protocol !== "http:")) return false;
  const host = request.headers.get("host") ?? new URL(request.url).host;
  return URL.parse(`${page.protocol}//${host}`)?.host === page.host;
}
