import { expect, test } from "bun:test";
import { moves, newestBelow, newestMedia } from "./moving-picture.ts";

const HEAD = "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:7\n";

test("the newest media of a playlist is its last segment or part; what is a gap, hinted or reported does not count", () => {
  const segments = `${HEAD}#EXTINF:2.0,\nb/source/s7.m4s\n#EXTINF:2.0,\nb/source/s8.m4s\n`;
  const part = '#EXT-X-PART:DURATION=0.5,INDEPENDENT=YES,URI="source/p1-1-4.m4s"\n';
  const hint =
    '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="source/p1-1-9.m4s"\n#EXT-X-RENDITION-REPORT:URI="480p.m3u8",LAST-MSN=8\n';
  expect(newestMedia(HEAD)).toBeNull();
  expect(newestMedia(`${HEAD}${hint}`)).toBeNull();
  expect(newestMedia(`${segments}${hint}`)).toBe("b/source/s8.m4s");
  expect(newestMedia(`${segments}${part}${hint}`)).toBe("source/p1-1-4.m4s");
  expect(newestMedia(`${segments}#EXT-X-PART:DURATION=0.5,URI="source/g9-0.m4s",GAP=YES\n`)).toBe("b/source/s8.m4s");
  expect(newestMedia(`${segments}#EXT-X-GAP\n#EXTINF:2.0,\nb/source/s9.m4s\n`)).toBe("b/source/s8.m4s");
  expect(newestMedia(`${HEAD}#EXT-X-GAP\n#EXTINF:2.0,\nb/source/s9.m4s\n#EXTINF:2.0,\nb/source/s10.m4s\n`)).toBe(
    "b/source/s10.m4s",
  );
});

test("a playlist that stands still is no moving picture, whatever it lists", async () => {
  let number = 7;
  let grows = false;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => {
      const { pathname } = new URL(url);
      if (pathname === "/live/demo/index.m3u8")
        return new Response("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n");
      if (pathname !== "/live/demo/source.m3u8") return new Response(null, { status: 404 });
      if (grows) number++;
      return new Response(`${HEAD}#EXTINF:2.0,\nb/source/s${number}.m4s\n`);
    },
  });
  const index = `http://127.0.0.1:${server.port}/live/demo/index.m3u8`;
  expect(await newestBelow(index)).toBe("b/source/s7.m4s");
  expect(await moves(() => newestBelow(index))).toBe(false);
  grows = true;
  expect(await moves(() => newestBelow(index))).toBe(true);
  expect(await moves(() => newestBelow(index.replace("demo", "other")))).toBe(false);
  await server.stop(true);
  expect(await newestBelow(index)).toBeNull();
});
