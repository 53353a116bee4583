import { expect, test } from "bun:test";
import { readPlaylist, watchLive } from "./watch.ts";

const PLAYLIST = `#EXTM3U
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:7
#EXTINF:2,
a/7.m4s
#EXT-X-GAP
#EXTINF:2,
a/8.m4s
#EXTINF:2,
a/9.m4s
#EXT-X-PART:DURATION=0.2,URI="a/10.0.m4s"
#EXT-X-PART:DURATION=0.2,URI="a/10.1.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="a/10.2.m4s"
`;

test("the newest segment and the next part are read from a playlist", () => {
  expect(readPlaylist(PLAYLIST)).toEqual({ segment: "a/9.m4s", next: { msn: 10, part: 2 } });
  const gap = PLAYLIST.replace("#EXTINF:2,\na/9", "#EXT-X-GAP\n#EXTINF:2,\na/9");
  expect(readPlaylist(gap).segment).toBeNull();
});

/** Serves playlists whose next part is what `next` says, call by call. */
function serve(next: (call: number) => number) {
  let calls = 0;
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/index.m3u8") return new Response("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n");
      if (pathname !== "/source.m3u8") return new Response(pathname.includes("missing") ? null : "media");
      await Bun.sleep(20);
      const first = next(calls++);
      return new Response(`#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:${first}\n#EXTINF:2,\nmedia/${first}.m4s\n`);
    },
  });
}

test("a playlist that moves on is watched, and one that goes back is a fault", async () => {
  const moving = serve((call) => call);
  expect(await watchLive(`http://127.0.0.1:${moving.port}/index.m3u8`, 300)).toMatch(/^\d+ new parts, /);
  const back = serve((call) => 10 - call);
  await expect(watchLive(`http://127.0.0.1:${back.port}/index.m3u8`, 300)).rejects.toThrow("went back");
  await Promise.all([moving.stop(true), back.stop(true)]);
});

test("a playlist that stands still is a fault", async () => {
  const still = serve(() => 3);
  await expect(watchLive(`http://127.0.0.1:${still.port}/index.m3u8`, 6_000)).rejects.toThrow("no new part for");
  await still.stop(true);
});
