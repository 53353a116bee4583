// nginx-rtmp's `/stat`: its parsing, and the meaning of a missing answer.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createIngestClient, streamsOf } from "./ingest.ts";

const stream = (name: string, clients: string, meta = "") =>
  `<stream>\n<name>${name}</name>\n<time>5012</time><bw_in>2529488</bw_in>\n<bytes_in>1581234</bytes_in>\n<bw_out>2529488</bw_out>\n<bytes_out>77</bytes_out>\n${clients}${meta}</stream>\n`;
const client = (more: string) => `<client><id>7</id><address>127.0.0.1</address>${more}<active/></client>\n`;
const META =
  "<meta><video><width>320</width><height>180</height><codec>H264</codec></video><audio></audio></meta>\n<publishing/>";
const STAT = `<rtmp><server><application><name>live</name><live>
${stream("on", client("") + client("<publishing/>"), META)}${stream("mute", client("<publishing/>"))}${stream("waiting", client(""))}</live></application></server></rtmp>`;

const ingestAt = (port: number) => {
  const controlUrl = `http://127.0.0.1:${port}`;
  return createIngestClient({ id: "main", rtmpUrl: "rtmp://127.0.0.1:1/live", controlUrl }, new ManualClock());
};

test("a stream with only our pull waiting on it is not published", () => {
  expect([...streamsOf(STAT)]).toEqual([
    ["on", { published: true, hasPicture: true }],
    ["mute", { published: true, hasPicture: false }],
    ["waiting", { published: false, hasPicture: false }],
  ]);
});

test("`/stat` is read once a second, however many channels ask", async () => {
  let reads = 0;
  const nginx = Bun.serve({
    port: 0,
    fetch() {
      reads++;
      return new Response(STAT);
    },
  });
  const ingest = ingestAt(nginx.port ?? 0);
  expect(await ingest.publishing()).toEqual(new Set(["on", "mute"]));
  expect(await ingest.hasPicture("on")).toBe(true);
  expect(await ingest.hasPicture("mute")).toBe(false);
  expect(await ingest.hasPicture("waiting")).toBeNull();
  expect(reads).toBe(1);
  expect(await ingest.publishing({ fresh: true })).toEqual(new Set(["on", "mute"]));
  expect(reads).toBe(2);
  await nginx.stop(true);
});

test("a refused connection means no publishers; a wrong or missing answer means unknown", async () => {
  const refusing = Bun.serve({ port: 0, fetch: () => new Response() });
  const port = refusing.port ?? 0;
  await refusing.stop(true);
  expect(await ingestAt(port).publishing()).toEqual(new Set());
  const failing = Bun.serve({ port: 0, fetch: () => new Response("busy", { status: 500 }) });
  expect(await ingestAt(failing.port ?? 0).publishing()).toBeNull();
  expect(await ingestAt(failing.port ?? 0).hasPicture("on")).toBeNull();
  await failing.stop(true);
  const closing = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: (socket) => void socket.terminate() } });
  expect(await ingestAt(closing.port).publishing()).toBeNull();
  closing.stop(true);
});
