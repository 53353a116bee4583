// A page with hls.js or shaka-player as it comes and nothing of ours.

import { join } from "node:path";

const MODULES = join(import.meta.dir, "../../../node_modules");

export type PlayerName = "hls.js" | "shaka-player";

const PLAYERS = {
  "hls.js": {
    script: join(MODULES, "hls.js/dist/hls.min.js"),
    start: `const hls = new Hls();
hls.on("hlsError", (_, { details, fatal }) => fatal && fatalErrors.push(details));
hls.attachMedia(video);
hls.loadSource(playlist);`,
  },
  "shaka-player": {
    script: join(MODULES, "shaka-player/dist/shaka-player.compiled.js"),
    start: `const player = new shaka.Player();
const failed = ({ code, severity, data }) => severity === 2 && fatalErrors.push(code + " " + data);
player.addEventListener("error", ({ detail }) => failed(detail));
player.attach(video).then(() => player.load(playlist)).catch(failed);`,
  },
} as const;

export interface PlainPage {
  /** Address of the page that plays the playlist. Its global `fatalErrors` are the player's words. */
  url(playlist: string): string;
  stop(): Promise<void>;
}

export function servePlainPage(name: PlayerName = "hls.js"): PlainPage {
  const { script, start } = PLAYERS[name];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/player.js") return new Response(Bun.file(script));
      return new Response(html(start), { headers: { "content-type": "text/html" } });
    },
  });
  return {
    url: (playlist) => `http://127.0.0.1:${server.port}/?${encodeURIComponent(playlist)}`,
    stop: () => server.stop(true),
  };
}

const html = (
  start: string,
) => `<!doctype html><video muted autoplay playsinline width="1280" height="720"></video><script src="/player.js"></script><script>
const fatalErrors = [];
const video = document.querySelector("video");
const playlist = decodeURIComponent(location.search.slice(1));
${start}
</script>`;
