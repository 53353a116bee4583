// Serving the web app: pages, files, caching, and addresses that are not the app's.

import { beforeAll, describe, expect, test } from "bun:test";
import { Elysia } from "elysia";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { patient } from "#schema/testing-slowness.ts";
import { pages } from "../page-addresses.ts";
import { createLinkPreviews, type LinkPreviewOptions } from "./link-preview.ts";
import { createWebApp, type WebApp } from "./serve.ts";

let app: WebApp;
let bundledMs = 0;
const channels = new Map<string, Awaited<ReturnType<LinkPreviewOptions["findChannel"]>>>([
  ["alice", { visibility: "public", displayName: "Alice", title: "", live: false }],
  ["alice_77", { visibility: "public", displayName: "Alice 77", title: "", live: false }],
]);
beforeAll(async () => {
  const startedNs = Bun.nanoseconds();
  app = await createWebApp({
    log: createLog({ name: "test", level: "fatal" }),
    clock: systemClock,
    instance: { name: "Häfen & Meer", mark: "<svg/>", hasOwnMark: true },
    previewOf: createLinkPreviews({
      clock: systemClock,
      publicUrl: "https://live.example",
      findChannel: async (login) =>
        login === "away" ? Promise.reject(new Error("away")) : (channels.get(login) ?? null),
    }),
    isCategory: async (slug) => (slug === "away" ? null : slug === "chess"),
  });
  bundledMs = (Bun.nanoseconds() - startedNs) / 1e6;
});

const get = async (path: string, init?: RequestInit) => app.fetch(new Request(`http://edge.test${path}`, init));
const filesOf = async () =>
  [...(await (await get("/"))!.text()).matchAll(/"(\/assets\/[^"]+)"/g)].map((match) => match[1]!);

test("the app is bundled within 3 s", () => {
  expect(bundledMs).toBeLessThan(patient(3_000));
});

test("every page address answers the page, with a policy that allows only our own scripts", async () => {
  const fixed = Object.values(pages).flatMap((page) => ("addresses" in page ? Object.keys(page.addresses) : []));
  expect(fixed).toContain("/dashboard");
  for (const path of [
    ...fixed,
    "/alice",
    "/Alice_77",
    "/alice/",
    "/staff/users/Bob",
    "/embed/Alice",
    "/embed/alice/chat",
    "/popout/alice/chat",
    "/categories/chess",
    "/Categories/Chess/",
  ]) {
    const answer = (await get(path))!;
    expect([path, answer.status]).toEqual([path, 200]);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    const policy = answer.headers.get("content-security-policy")!;
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    // The policy allows nothing inline but the script whose hash it names.
    const named = [...policy.matchAll(/'sha256-/g)].length;
    const html = await answer.text();
    expect([...html.matchAll(/<script(?![^>]*\ssrc=)/g)].length).toBe(named);
    expect(html.replace(/<script>.+?<\/script>/gs, "")).not.toMatch(/\son\w+=|\sstyle=/);
  }
});

const MISSING = [
  "/nope/deeper",
  "/videos",
  "/settings/other",
  "/staff/users/a-b",
  "/ab",
  "/alice/video",
  "/alice//",
  "//",
  "/a.b.c",
  "/%61lice%2f",
  "/metrics",
  "/healthz/",
  "/hooks/rtmp/publish",
  "/embed/login",
  "/popout/alice",
  "/categories/a--b",
  "/categories/chess/x",
  "/search/x",
  "/videos/abc",
];

describe("an address that is no page", () => {
  test("shows people the app's own page, with 404", async () => {
    for (const path of MISSING)
      for (const accept of [
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "TEXT/HTML; q=0.1",
      ]) {
        const answer = (await get(path, { headers: { accept } }))!;
        expect([path, answer.status, answer.headers.get("content-type")]).toEqual([
          path,
          404,
          "text/html; charset=utf-8",
        ]);
        expect(answer.headers.get("cache-control")).toBe("no-store");
        expect(answer.headers.get("vary")).toContain("accept");
        expect(answer.headers.get("content-security-policy")).toContain("script-src 'self'");
        expect(await answer.text()).toContain('<div id="app">');
      }
  });

  test("is left to the gateway's problem when a program asks", async () => {
    for (const path of [...MISSING, "/api/v1/channels", "/live/alice/index.m3u8"])
      for (const accept of [undefined, "*/*", "application/json", "text/html;q=0, */*", "text/htmlx"])
        expect([path, accept, await get(path, accept ? { headers: { accept } } : {})]).toEqual([path, accept, null]);
    expect(await get("/", { method: "POST" })).toBeNull();
  });

  test("is 404 also where a channel or a category does not exist, and 200 while that is not known", async () => {
    for (const path of ["/nobody_here", "/embed/nobody_here", "/popout/nobody_here/chat", "/categories/nothing"]) {
      const { status, headers } = (await get(path))!;
      expect([status, headers.get("cache-control"), headers.get("etag")]).toEqual([404, "no-store", null]);
    }
    for (const path of ["/away", "/categories/away"]) expect([path, (await get(path))!.status]).toEqual([path, 200]);
  });

  test("is left to the gateway's problem also there when a program says that it takes no page", async () => {
    for (const path of ["/nobody_here", "/embed/nobody_here", "/categories/nothing"]) {
      for (const accept of ["application/json", "application/problem+json, application/json", "image/*"])
        expect([path, accept, await get(path, { headers: { accept } })]).toEqual([path, accept, null]);
      for (const accept of ["*/*", "text/*", "text/html", "application/json, */*;q=0.1"])
        expect([path, accept, (await get(path, { headers: { accept } }))!.status]).toEqual([path, accept, 404]);
    }
  });
});

test("a slash at the end and capitals do not matter", async () => {
  for (const path of ["/login/", "/Login", "/DASHBOARD/", "/settings/security/", "/Settings/Security", "/Alice/"])
    expect([path, (await get(path))!.status]).toEqual([path, 200]);
});

test("HEAD says the length of GET, through the gateway and a server", async () => {
  const routes = new Elysia({ handler: { standardHostname: false } });
  const answer = ({ request }: { request: Request }) => app.fetch(request) ?? new Response("none", { status: 404 });
  routes.get("/*", answer).all("/*", answer);
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: routes.fetch });
  try {
    for (const path of [
      "/",
      "/alice",
      "/nobody_here",
      "/nope/deeper",
      "/favicon.svg",
      "/assets/gone.js",
      ...(await filesOf()),
    ])
      for (const coding of ["identity", "gzip", "br"]) {
        const ask = async (method: string) => {
          const headers = { accept: "text/html", "accept-encoding": coding };
          const answer = await fetch(new URL(path, server.url), { method, headers, decompress: false } as RequestInit);
          return {
            status: answer.status,
            length: answer.headers.get("content-length"),
            bytes: (await answer.bytes()).length,
          };
        };
        const [got, head] = await Promise.all([ask("GET"), ask("HEAD")]);
        expect([path, got.length]).toEqual([path, String(got.bytes)]);
        expect([path, coding, head]).toEqual([path, coding, { ...got, bytes: 0 }]);
      }
  } finally {
    await server.stop(true);
  }
});

test("files are cached for ever and compressed for browsers that accept it", async () => {
  const files = await filesOf();
  expect(files.length).toBe(new Set(files).size);
  expect(files.filter((file) => file.endsWith(".css"))).toHaveLength(1);
  for (const file of files.filter((file) => !file.endsWith(".woff2"))) {
    const plain = (await get(file))!;
    expect(plain.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(plain.headers.get("content-encoding")).toBeNull();
    const text = await plain.text();
    const gzip = (await get(file, { headers: { "accept-encoding": "gzip, deflate" } }))!;
    expect(gzip.headers.get("content-encoding")).toBe("gzip");
    expect(new TextDecoder().decode(Bun.gunzipSync(await gzip.arrayBuffer()))).toBe(text);
    const brotli = (await get(file, { headers: { "accept-encoding": "gzip, deflate, br" } }))!;
    expect(brotli.headers.get("content-encoding")).toBe("br");
    if (text.length > 2_000) expect(Number(brotli.headers.get("content-length"))).toBeLessThan(text.length / 2);
  }
});

test("the type is ours: asked for at once, other scripts when a page has them, and never late", async () => {
  const [latin, ...others] = (await filesOf()).filter((file) => file.endsWith(".woff2"));
  expect([latin, others]).toEqual([expect.stringContaining("/inter-latin-wght"), []]);
  const css = await (await get((await filesOf()).find((file) => file.endsWith(".css"))!))!.text();
  const faces = [...css.matchAll(/@font-face ?\{.+?\}/gs)].map(([face]) => face);
  expect(faces.length).toBeGreaterThan(5);
  for (const face of faces) {
    expect(face).toContain("font-display: optional");
    expect(face).toContain("unicode-range");
    const file = (await get(/url\(([^)]+)\)/.exec(face)![1]!, { headers: { "accept-encoding": "br" } }))!;
    expect([file.status, file.headers.get("content-type"), file.headers.get("content-encoding")]).toEqual([
      200,
      "font/woff2",
      null,
    ]);
    expect(new TextDecoder().decode((await file.bytes()).subarray(0, 4))).toBe("wOF2");
  }
  expect((await (await get(latin!))!.bytes()).length).toBeLessThan(50_000);
});

describe("the script that a page loads first", () => {
  const firstLoad = async (path: string) => {
    const html = await (await get(path))!.text();
    const scripts = [...new Set([...html.matchAll(/"(\/assets\/[^"]+\.js)"/g)].map((match) => match[1]!))];
    const sizes = scripts.map(
      async (file) => (await (await get(file, { headers: { "accept-encoding": "br" } }))!.bytes()).length,
    );
    const texts = scripts.map(async (file) => (await get(file))!.text());
    return {
      bytes: (await Promise.all(sizes)).reduce((sum, each) => sum + each, 0),
      text: (await Promise.all(texts)).join("\n"),
    };
  };

  test.each([
    ["/", 45_000],
    ["/alice", 70_000],
    ["/embed/alice", 70_000],
  ])("on %s is within its budget, and has neither hls.js nor rarely opened pages", async (path, budget) => {
    const { bytes, text } = await firstLoad(path);
    expect(bytes).toBeLessThan(budget);
    for (const rare of ["otpauth", "/admin/reports", "/me/tokens", "jsxDEV"]) expect(text).not.toContain(rare);
    expect(text).not.toMatch(/from"\.\/hls/);
  });

  test("has no player on a page without one, and all of it on a watch page", async () => {
    const chunk = (text: string) => /import\("\.\/(hls[^"]+\.js)"\)/.exec(text)?.[1];
    expect(chunk((await firstLoad("/")).text)).toBeUndefined();
    for (const path of ["/alice", "/embed/alice"]) {
      const { text } = await firstLoad(path);
      expect((await get(`/assets/${chunk(text)}`))!.status).toBe(200);
      for (const [, lazy] of text.matchAll(/import\("\.\/((?:watch|embed|head-start)-[^"]+)"\)/g))
        if (lazy!.startsWith(path === "/alice" ? "watch" : "embed") || lazy!.startsWith("head-start"))
          expect(await (await get(path))!.text()).toContain(lazy!);
    }
  });
});

test("a watch page fetches its media by a script in its HTML, and its player, while its other files load; other pages do neither", async () => {
  const watch = (await get("/Alice/"))!;
  const link = watch.headers.get("link")!;
  expect(link).toMatch(/^<\/assets\/low-delivery-[^>]+\.js>; rel=modulepreload$/);
  expect((await get(/<([^>]+)>/.exec(link)![1]!))!.status).toBe(200);
  const html = await watch.text();
  const [look, script] = [...html.matchAll(/<script>(.+?)<\/script>/gs)].map(([, text]) => text!) as [string, string];
  expect(html.lastIndexOf("<script>")).toBeLessThan(html.indexOf("stylesheet")); // Behind it the script would wait for the file.
  expect(script).toContain("/index.m3u8");
  expect(script.length).toBeLessThan(11_500);
  const hashOf = (text: string) => `'sha256-${new Bun.CryptoHasher("sha256").update(text).digest("base64")}'`;
  expect(watch.headers.get("content-security-policy")).toContain(
    `script-src 'self' ${hashOf(look)} ${hashOf(script)};`,
  );
  for (const path of ["/", "/login", "/staff/users/bob"]) {
    const other = (await get(path))!;
    expect(other.headers.get("link")).toBeNull();
    expect(other.headers.get("content-security-policy")).toContain(`script-src 'self' ${hashOf(look)};`);
    expect((await other.text()).match(/<script>/g)).toHaveLength(1);
  }
});

test("every page shows the kept look before it is painted: its script stands before the style sheet, and is small", async () => {
  for (const path of ["/", "/alice", "/embed/alice", "/popout/alice/chat", "/login"]) {
    const html = await (await get(path))!.text();
    const script = /<script>(.+?)<\/script>/s.exec(html)![1]!;
    expect(script).toContain("localStorage");
    expect(script.length).toBeLessThan(1_500);
    const order = ['name="theme-color"', "<script>", 'rel="stylesheet"'].map((part) => html.indexOf(part));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }
});

test("a file of an older build is 404 and the answer is not cached", async () => {
  const answer = (await get("/assets/main-00000000.js"))!;
  expect(answer.status).toBe(404);
  expect(answer.headers.get("cache-control")).toBe("no-store");
});

test("an unchanged page answers 304", async () => {
  const tag = (await get("/alice"))!.headers.get("etag")!;
  expect((await get("/", { headers: { "if-none-match": tag } }))!.status).toBe(200);
  expect((await get("/alice", { headers: { "if-none-match": tag } }))!.status).toBe(304);
});

test("the icon has two addresses", async () => {
  expect((await get("/favicon.svg"))!.headers.get("content-type")).toBe("image/svg+xml");
  expect((await get("/favicon.ico"))!.status).toBe(200);
});

test("the instance's name and mark are in every page", async () => {
  for (const path of ["/", "/alice", "/nope/deeper"]) {
    const html = await (await get(path, { headers: { accept: "text/html" } }))!.text();
    expect(html).toContain('<meta name="application-name" content="Häfen &#38; Meer">');
    expect(html).toContain('<meta name="instance-mark" content="/favicon.svg">');
    expect(html).not.toContain("TwitchClone");
  }
  const mark = (await get("/favicon.svg"))!;
  expect(await mark.text()).toBe("<svg/>");
  expect(mark.headers.get("content-security-policy")).toContain("default-src 'none'");
});

describe("the HTML of a watch page, as previews of links read it", () => {
  const ada = { visibility: "public", displayName: "Ada", title: "Night walk", live: true } as const;
  const headOf = async (login: string) => {
    const html = await (await get(`/${login}`))!.text();
    const tags = [...html.matchAll(/<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">/g)];
    return { html, tags: Object.fromEntries(tags.map(([, name, content]) => [name, content])) };
  };

  test("names the channel, its title, and its thumbnail by an absolute address", async () => {
    channels.set("ada", ada);
    const { html, tags } = await headOf("Ada");
    expect(tags).toEqual({
      "og:site_name": "Häfen &#38; Meer",
      "og:type": "video.other",
      "og:url": "https://live.example/ada",
      "og:title": "Ada – Night walk",
      "og:description": "Ada is live now. Watch and chat.",
      "og:image": "https://live.example/live/ada/thumbnail-1280.jpg",
      "twitter:card": "summary_large_image",
    });
    expect(html).toContain("<title>Ada – Night walk · Häfen &#38; Meer</title>");
  });

  test.each([
    ["off air", { live: false }],
    ["for followers only", { visibility: "followers" }],
    ["with a password", { visibility: "password" }],
  ] as const)("has no picture of a channel %s", async (_what, over) => {
    channels.set("ada", { ...ada, ...over });
    const { html, tags } = await headOf("ada");
    expect([tags["og:image"], tags["twitter:card"]]).toEqual([undefined, "summary"]);
    expect(html).not.toContain("thumbnail");
  });

  test("an unlisted channel has one: who has the link may watch", async () => {
    channels.set("ada", { ...ada, visibility: "unlisted" });
    expect((await headOf("ada")).tags["og:image"]).toBeString();
  });

  test("is text, whatever a streamer writes", async () => {
    channels.set("eve", { ...ada, title: `"><script>alert('1')</script>&amp;` });
    const { html } = await headOf("eve");
    expect(html).toContain(
      '<meta property="og:title" content="Ada – &#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;amp;">',
    );
    expect(html).not.toContain("<script>alert");
  });

  test("is the same on the pages of the player and the chat alone", async () => {
    channels.set("ada", ada);
    const { tags } = await headOf("ada");
    for (const path of ["embed/ada", "embed/ada/chat", "popout/ada/chat"])
      expect([path, (await headOf(path)).tags]).toEqual([path, tags]);
  });

  test("is the plain page for a channel that does not exist, and while the database is away", async () => {
    for (const login of ["nobody_here", "away"]) {
      const { html, tags } = await headOf(login);
      expect(tags).toEqual({});
      expect(html).toContain("<title>Häfen &#38; Meer</title>");
    }
  });

  test("changes its tag with its content", async () => {
    const tagNow = async () => (await get("/ada"))!.headers.get("etag")!;
    channels.set("ada", ada);
    const before = await tagNow();
    expect((await get("/ada", { headers: { "if-none-match": before } }))!.status).toBe(304);
    channels.set("ada", { ...ada, title: "Another" });
    expect(await tagNow()).not.toBe(before);
  });
});
