// What a cache in front of the edges may keep: the table of ops/README.md against the headers of a real edge.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { patient } from "#schema/testing-slowness.ts";
import { makeStreamKey, register } from "../support/api.ts";
import { placeOf } from "../support/playlists.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;
let publisher: Publisher;
let login: string;
let streamKey: string;
beforeAll(async () => {
  system = await bootSystem();
  const ada = await register(system.url);
  ({ login } = ada);
  ({ streamKey } = await makeStreamKey(system.url, ada));
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  const index = () => fetch(`${system.url}/live/${login}/index.m3u8`);
  await until("a playable playlist", async () => (await index()).ok, { withinMs: 15_000 });
}, patient(60_000));
afterAll(async () => {
  await publisher?.kill();
  await system?.stop();
});

/** By the text of the first column: the header. */
async function table(): Promise<Map<string, string>> {
  const runbook = await Bun.file(join(import.meta.dir, "../../README.md")).text();
  const section = runbook.slice(runbook.indexOf("## A cache in front"));
  const rows = section.slice(0, section.indexOf("\n## ", 5)).matchAll(/^\| (.+?) \| `([^`]+)` \|/gm);
  return new Map([...rows].map(([, what, header]) => [what!, header!]));
}

const textAt = async (url: string) => (await fetch(url)).text();
const firstUri = (playlist: string) => playlist.split("\n").find((line) => line !== "" && !line.startsWith("#"))!;

test(
  "each row of the table is what the edge says",
  async () => {
    const base = `${system.url}/live/${login}/`;
    const rendition = new URL(firstUri(await textAt(`${base}index.m3u8`)), base).href;
    const playlist = await textAt(rendition);
    const { next } = placeOf(playlist);
    const map = new URL(/#EXT-X-MAP:URI="([^"]+)"/.exec(playlist)![1]!, rendition).href;
    const page = await textAt(`${system.url}/`);
    const videos = `${system.url}/api/v1/videos?channel=${login}`;
    const id = await until(
      "the recording",
      async () => ((await (await fetch(videos)).json()) as { items: { id: string }[] }).items[0]?.id,
      { withinMs: 30_000 },
    );
    const index = `${system.url}/videos/${id}/index.m3u8`;
    await until("its first segment", async () => (await fetch(index)).ok, { withinMs: 30_000 });
    const recorded = new URL(firstUri(await textAt(index)), index).href;
    const segment = await until("its rows", async () => firstUri(await textAt(recorded)), { withinMs: 30_000 });
    await until("a thumbnail", async () => (await fetch(`${base}thumbnail.jpg`)).ok, { withinMs: 15_000 });

    const asked: Record<string, string> = {
      "pages: `/`, `/:login`, …": `${system.url}/`,
      "files of pages: `/assets/*`": system.url + /\/assets\/[\w.-]+\.js/.exec(page)![0],
      "`/favicon.svg`": `${system.url}/favicon.svg`,
      "the API: `/api/v1/*`": `${system.url}/api/v1/channels`,
      "its documentation: `/api/docs`, `/api/openapi.json`": `${system.url}/api/openapi.json`,
      "`/live/:channel/index.m3u8`": `${base}index.m3u8`,
      "live playlists": rendition,
      "live playlists that were waited for (`_HLS_msn`), for one target duration": `${rendition}?_HLS_msn=${next.msn}&_HLS_part=${next.part}`,
      "live segments, parts and init segments": map,
      "live thumbnails": `${base}thumbnail.jpg`,
      "`/videos/:id/index.m3u8`": index,
      "playlists of a video that is still recorded": recorded,
      "segments of videos": new URL(segment, recorded).href,
      refusals: `${system.url}/live/nobody-of-that-name/index.m3u8`,
    };
    const seen: [string, string | null][] = [];
    for (const [what, url] of Object.entries(asked)) seen.push([what, (await fetch(url)).headers.get("cache-control")]);
    expect(seen).toEqual([...(await table())]);
  },
  patient(120_000),
);
