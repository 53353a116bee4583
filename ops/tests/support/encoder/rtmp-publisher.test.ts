// The publisher against nginx-rtmp itself: what arrives is what was sent, and a refusal is noticed.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";
import { until } from "../until.ts";
import { startEncoder } from "./encoder.ts";
import { isKeyframe } from "./flv.ts";
import { changed, programme, shifted } from "./programme.ts";
import { chunkHeader, connectPublisher } from "./rtmp-publisher.ts";
import { source } from "./sources.ts";

const MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";
const folder = mkdtempSync(join(tmpdir(), "rtmp-publisher-"));
let server = "";
let nginx: Bun.Subprocess;

beforeAll(async () => {
  const port = await freePort();
  server = `rtmp://127.0.0.1:${port}/live`;
  const conf = `${existsSync(MODULE) ? `load_module ${MODULE};` : ""} daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
events { worker_connections 64; }
rtmp { access_log off; server { listen 127.0.0.1:${port}; application live { live on; record all; record_path ${folder}; record_suffix .flv; } application closed { live on; deny publish all; } } }`;
  writeFileSync(join(folder, "nginx.conf"), conf);
  nginx = Bun.spawn(dyingWithUs([program("nginx"), "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")]));
  await until("nginx", async () => {
    const publisher = await connectPublisher({ server, key: "probe" });
    publisher.close();
    return true;
  });
});

afterAll(async () => {
  nginx.kill();
  await nginx.exited;
  rmSync(folder, { recursive: true, force: true });
});

test("pictures and sound arrive whole, at their pace, with timestamps that need the extended field", async () => {
  const tags = (await source("plain", { seconds: 4 })).filter(({ timestampMs }) => timestampMs < 1_500);
  const startMs = performance.now();
  const encoder = await startEncoder({ server, key: "whole", tags: changed(programme(tags), shifted(20_000_000)) });
  expect(await encoder.ended).toBe("over");
  expect(performance.now() - startMs).toBeGreaterThan(1_300);
  const recorded = await until("the recording", async () => {
    const file = Bun.file(join(folder, "whole.flv"));
    if (!(await file.exists())) return null;
    const { flvTags } = await import("./flv.ts");
    const found = [...flvTags(await file.bytes())].filter(({ type }) => type !== "script");
    // nginx may write the last picture after the last sound.
    const isPicture = ({ type }: (typeof tags)[number]) => type === "video";
    return found.filter(isPicture).length >= tags.filter(isPicture).length ? found : null;
  });
  const bodies = (type: string) => (list: typeof tags) =>
    list.filter((tag) => tag.type === type).map(({ body }) => Bun.hash(body));
  expect(bodies("video")(recorded)).toEqual(bodies("video")(tags));
  expect(recorded.filter(isKeyframe)).toHaveLength(1);
});

test("a refused publisher is closed", async () => {
  const publisher = await connectPublisher({ server: server.replace("/live", "/closed"), key: "x" });
  await publisher.closed;
  expect(publisher.open).toBe(false);
});

test("no server: rejected", async () => {
  const port = await freePort();
  expect(connectPublisher({ server: `rtmp://127.0.0.1:${port}/live`, key: "x" })).rejects.toThrow();
});

test("timestamps are written modulo 2^32, from 2^24 - 1 on in the extended field", () => {
  const header = (timestampMs: number) =>
    chunkHeader({ channel: 6, type: 9, stream: 1, body: new Uint8Array(5), timestampMs }).toString("hex");
  expect(header(0x123456)).toBe("061234560000050901000000");
  expect(header(0xffffff)).toBe("06ffffff000005090100000000ffffff");
  expect(header(-1)).toBe("06ffffff0000050901000000ffffffff");
  expect(header(2 ** 32 + 7)).toBe("060000070000050901000000");
});
