// A page with hls.js as it comes and nothing of ours.

import { join } from "node:path";

const SCRIPT = join(import.meta.dir, "../../../node_modules/hls.js/dist/hls.min.js");

export interface PlainPage {
  /** Address of the page that plays the playlist. */
  url(playlist: string): string;
  stop(): Promise<void>;
}

export function servePlainPage(): PlainPage {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/hls.js") return new Response(Bun.file(SCRIPT));
      return new Response(HTML, { headers: { "content-type": "text/html" } });
    },
  });
  return {
    url: (playlist) => `http://127.0.0.1:${server.port}/?${encodeURIComponent(playlist)}`,
    stop: () => server.stop(true),
  };
}

const HTML = `<!doctype html><video muted autoplay playsinline width="1280" height="720"></video><script src="/hls.js"></script><script>
const hls = new Hls();
hls.attachMedia(document.querySelector("video"));
hls.loadSource(decodeURIComponent(location.search.slice(1)));
</script>`;
