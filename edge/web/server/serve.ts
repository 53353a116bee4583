// Serves the web app: the HTML page at every page address, its files with a year of caching.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import { pagePolicy } from "../../gateway/headers/content-security-policy.ts";
import type { MaybePromise } from "../../gateway/requests/maybe-promise.ts";
import { type PageName, pageAt } from "../page-addresses.ts";
import { type Asset, textAsset } from "./asset.ts";
import { bundleApp } from "./build.ts";
import type { Instance } from "./instance.ts";
import type { LinkPreview, LinkPreviews } from "./link-preview.ts";
import { pageHtml } from "./page.ts";

export interface WebApp {
  /** Null for a method that is not the app's, and for an address that is no page when a program asks. A promise for a page of a channel or a
   *  category, which may not exist. The answer to HEAD has the body of GET, since whoever sends it measures the body. Never rejects. */
  fetch(request: Request): MaybePromise<Response | null>;
}

/** Pages of a channel, which may not exist. */
const ABOUT_CHANNEL: ReadonlySet<string> = new Set<PageName>([
  "watch",
  "embed",
  "chat",
  "channelVideos",
  "channelClips",
]);
/** Nothing in a mark runs when somebody opens it as a page. */
const MARK_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
const CACHE_FOR_EVER = "public, max-age=31536000, immutable";

/** Pages about channels that are kept ready: compressing one takes a millisecond. */
const PAGES_MAX = 500;

interface Page {
  asset: Asset;
  etag: string;
  /** Its Content-Security-Policy. */
  policy: string;
}

/** Which of the app's files a page asks for at once. */
type PageFilesKind = "app" | "home" | "watch" | "embed";

interface WebAppOptions {
  log: Log;
  clock: Clock;
  previewOf: LinkPreviews;
  /** Null: the database does not answer in time. Never rejects. */
  isCategory(slug: string): Promise<boolean | null>;
  instance: Instance;
  /** Origin of the object store for browsers; null or absent: there is none. */
  objectStore?: string | null;
}

/** Bundles once, in memory; rejects when the app does not build. */
export async function createWebApp({
  log,
  clock,
  previewOf,
  isCategory,
  instance,
  objectStore = null,
}: WebAppOptions): Promise<WebApp> {
  const startedMs = clock.monoMs();
  const bundle = await bundleApp();
  const text = (name: string, contentType: string, body: string) =>
    textAsset(name, contentType, new TextEncoder().encode(body));
  const pageOf = (kind: PageFilesKind, preview: LinkPreview | null = null): Page => {
    const hasFrame = kind === "watch";
    const inline = hasFrame ? [bundle.look, bundle.early] : [bundle.look];
    const files = { ...bundle, app: bundle[kind], inline, hasFrame, instance };
    const asset = text("index.html", "text/html", pageHtml(files, preview));
    return { asset, etag: `W/"${Bun.hash(asset.plain).toString(36)}"`, policy: pagePolicy(inline, objectStore) };
  };
  const plain = { app: pageOf("app"), home: pageOf("home"), watch: pageOf("watch"), embed: pageOf("embed") };
  /** By what they say of their channel. */
  const channelPages = new LruMap<string, Page>(PAGES_MAX);
  const icon = text("favicon.svg", "image/svg+xml", instance.mark);
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
        return send(request, icon, {
          "cache-control": "public, max-age=86400",
          "content-security-policy": MARK_POLICY,
        });
      const found = shownPage(pathname);
      if (!found) return isForPeople(request) ? sendMissing(request, plain.app) : null;
      if (found.name === "category") {
        const { slug } = found.props as { slug: string };
        return isCategory(slug).then((is) =>
          is === false ? sendMissing(request, plain.app) : sendPage(request, plain.app, ALONE),
        );
      }
      // The player is fetched while the app's script loads (RFC 8288; HTML §4.6.8).
      const withChunk = (name: string) => ({ link: `</assets/${name}>; rel=modulepreload` });
      if (found.name === "home") return sendPage(request, plain.home, ALONE);
      if (found.name === "video" || found.name === "clip")
        return sendPage(request, plain.app, withChunk(bundle.player));
      const { login = null } = found.props as { login?: string };
      if (login === null || !ABOUT_CHANNEL.has(found.name)) return sendPage(request, plain.app, ALONE);
      const kind = found.name === "watch" || found.name === "embed" ? found.name : "app";
      const headers = kind === "app" ? {} : withChunk(bundle.low);
      return previewOf(login).then((preview) => {
        if (preview === null) return sendPage(request, plain[kind], headers);
        if (preview === "no such channel") return sendMissing(request, plain[kind]);
        return sendPage(request, pageAbout(preview, kind), headers);
      });
    },
  };

  function pageAbout(preview: LinkPreview, kind: PageFilesKind): Page {
    const key = JSON.stringify([preview, kind]);
    const known = channelPages.get(key) ?? pageOf(kind, preview);
    channelPages.set(key, known);
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

/** The app shows its own page for what does not exist. Null: a program that takes no page asks. Never 304: a cache of the page that did exist
 *  may not be used. */
const sendMissing = (request: Request, { asset, policy }: Page) =>
  takesPages(request)
    ? send(
        request,
        asset,
        { "cache-control": "no-store", "content-security-policy": policy, vary: "accept, accept-encoding" },
        404,
      )
    : null;

/** Null: no page. A reserved login is not a channel. */
function shownPage(pathname: string) {
  const found = pageAt(pathname);
  const { login } = (found?.props ?? {}) as { login?: string };
  return login !== undefined && isReservedLogin(login) ? null : found;
}

/** No page of another site keeps a hold on ours (HTML §7.1.3). Not for a watch page: the browser would start a new process for it, which
 *  is 0.1–0.2 s without a picture. */
const ALONE = { "cross-origin-opener-policy": "same-origin" };

/** Browsers ask for text/html by name when somebody opens an address (RFC 9110 §12.5.1). */
const isForPeople = ({ headers }: Pick<Request, "headers">) =>
  /\btext\/html\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(headers.get("accept") ?? "");

/** False for a program that says what it takes, and HTML is not among it (RFC 9110 §12.5.1). */
const takesPages = ({ headers }: Request) => {
  const accept = headers.get("accept") ?? "*/*";
  return /(?:\*|\btext)\/\*/.test(accept) || isForPeople({ headers });
};

const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  vary: "accept-encoding",
} as const;

function send(request: Request, asset: Asset, headers: Record<string, string>, status = 200): Response {
  const accepted = request.headers.get("accept-encoding") ?? "";
  const coding = !asset.brotli ? null : /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : null;
  const body = (coding === "br" ? asset.brotli : coding === "gzip" ? asset.gzip : null) ?? asset.plain;
  return new Response(body, {
    status,
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
