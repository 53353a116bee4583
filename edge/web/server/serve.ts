// Serves the web app: the HTML page at every page address, its files with a year of caching.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import { pagePolicy } from "../../gateway/headers/content-security-policy.ts";
import type { MaybePromise } from "../../gateway/requests/maybe-promise.ts";
import { pageAt } from "../page-addresses.ts";
import { type Asset, bundleApp, compress } from "./build.ts";
import type { LinkPreview, LinkPreviews } from "./link-preview.ts";
import { FAVICON, pageHtml } from "./page.ts";

export interface WebApp {
  /** Null for an address or a method that is not the app's: `/api`, `/live`, `/hooks`, … A promise for a watch page, whose HTML names its
   *  channel. Never rejects. */
  fetch(request: Request): MaybePromise<Response> | null;
}

const CACHE_FOR_EVER = "public, max-age=31536000, immutable";

/** Watch pages that are kept ready: compressing one takes a millisecond. */
const PAGES_MAX = 500;

interface Page {
  asset: Asset;
  etag: string;
  /** Its Content-Security-Policy. */
  policy: string;
}

interface WebAppOptions {
  log: Log;
  clock: Clock;
  previewOf: LinkPreviews;
}

/** Bundles once, in memory; rejects when the app does not build. */
export async function createWebApp({ log, clock, previewOf }: WebAppOptions): Promise<WebApp> {
  const startedMs = clock.monoMs();
  const bundle = await bundleApp();
  const text = (name: string, contentType: string, body: string): Asset => ({
    name,
    contentType,
    ...compress(new TextEncoder().encode(body)),
  });
  const pageOf = (early: string, preview: LinkPreview | null = null): Page => {
    const asset = text("index.html", "text/html; charset=utf-8", pageHtml({ ...bundle, early }, preview));
    return { asset, etag: `W/"${Bun.hash(asset.plain).toString(36)}"`, policy: pagePolicy(early) };
  };
  const page = pageOf("");
  const watchPage = pageOf(bundle.early);
  /** By what they say of their channel. */
  const watchPages = new LruMap<string, Page>(PAGES_MAX);
  const icon = text("favicon.svg", "image/svg+xml", FAVICON);
  log.info({ ms: Math.round(clock.monoMs() - startedMs), files: bundle.assets.size }, "web app bundled");

  return {
    fetch(request) {
      if (request.method !== "GET" && request.method !== "HEAD") return null;
      const { pathname } = new URL(request.url);
      if (pathname.startsWith("/assets/")) {
        const asset = bundle.assets.get(pathname.slice("/assets/".length));
        return asset ? send(request, asset, { "cache-control": CACHE_FOR_EVER }) : gone();
      }
      if (pathname === "/favicon.svg" || pathname === "/favicon.ico")
        return send(request, icon, { "cache-control": "public, max-age=86400" });
      const found = shownPage(pathname);
      if (!found) return null;
      if (found.name !== "watch") return sendPage(request, page, ALONE);
      // hls.js is fetched while the app's script loads (RFC 8288; HTML §4.6.8).
      const headers = { link: `</assets/${bundle.player}>; rel=modulepreload` };
      const { login } = found.props as { login: string };
      return previewOf(login).then((preview) => sendPage(request, preview ? watchPageOf(preview) : watchPage, headers));
    },
  };

  function watchPageOf(preview: LinkPreview): Page {
    const key = JSON.stringify(preview);
    const known = watchPages.get(key) ?? pageOf(bundle.early, preview);
    watchPages.set(key, known);
    return known;
  }
}

/** The page names the current files, so browsers check it on every load; 304 while it is unchanged. */
function sendPage(request: Request, { asset, etag, policy }: Page, more: Record<string, string> = {}): Response {
  const headers = { "cache-control": "no-cache", etag, "content-security-policy": policy, ...more };
  if (request.headers.get("if-none-match")?.includes(etag))
    return new Response(null, { status: 304, headers: { ...headers, ...SECURITY_HEADERS } });
  return send(request, asset, headers);
}

/** Null: no page. Only a channel's address may end with a slash; a reserved login is not a channel. */
function shownPage(pathname: string) {
  const found = pageAt(pathname);
  if (found?.name === "watch") return isReservedLogin(pathname.replaceAll("/", "")) ? null : found;
  return pathname === "/" || !pathname.endsWith("/") ? found : null;
}

/** No page of another site keeps a hold on ours (HTML §7.1.3). Not for a watch page: the browser would start a new process for it, which
 *  is 0.1–0.2 s without a picture. */
const ALONE = { "cross-origin-opener-policy": "same-origin" };

const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  vary: "accept-encoding",
} as const;

function send(request: Request, asset: Asset, headers: Record<string, string>): Response {
  const accepted = request.headers.get("accept-encoding") ?? "";
  const coding = /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : null;
  const body = coding === "br" ? asset.brotli : coding === "gzip" ? asset.gzip : asset.plain;
  return new Response(request.method === "HEAD" ? null : body, {
    headers: {
      ...SECURITY_HEADERS,
      "content-type": asset.contentType,
      "content-length": String(body.byteLength),
      ...(coding ? { "content-encoding": coding } : {}),
      ...headers,
    },
  });
}

/** For a file of an older build: a page left open sees the 404 and can ask for a reload. Never cached. */
const gone = () =>
  new Response("Not found\n", { status: 404, headers: { ...SECURITY_HEADERS, "cache-control": "no-store" } });
