// Serves the test page of the web app's components: the style sheet is that of the product, the script is bundled for it alone.

import { join } from "node:path";
import { bundleApp } from "#edge/web/server/build.ts";

const ENTRY = join(import.meta.dir, "../../../edge/web/app/states/page.tsx");
/** The page's own rules: where the states stand. */
const LAYOUT = ".states{display:grid;gap:16px}.states>*{min-width:0}.states-chat{height:420px}";

export interface ComponentPage {
  url: string;
  stop(): Promise<void>;
}

export async function serveComponents(): Promise<ComponentPage> {
  const [product, built] = await Promise.all([
    bundleApp(),
    Bun.build({ entrypoints: [ENTRY], target: "browser", define: { "process.env.NODE_ENV": '"production"' } }),
  ]);
  const script = await built.outputs[0]!.text();
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Components</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/${product.style}"><style>${LAYOUT}</style></head>
<body><div id="app"></div><script type="module" src="/page.js"></script></body></html>`;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/") return new Response(html, { headers: { "content-type": "text/html" } });
      if (pathname === "/page.js") return new Response(script, { headers: { "content-type": "text/javascript" } });
      if (pathname.endsWith("/emotes")) return Response.json({ channel: [], instance: [] });
      const asset = product.assets.get(pathname.replace("/assets/", ""));
      if (!asset) return new Response(null, { status: 404 });
      return new Response(asset.plain, { headers: { "content-type": asset.contentType } });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}
