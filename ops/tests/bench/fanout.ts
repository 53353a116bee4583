// Live media to many: WebRTC by a relay, in packets a second and core, and WebSocket by an edge beside nginx that serves the same bytes.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHelper } from "#ops/tests/support/helper-process.ts";
import { type LiveClip, makeLiveClip, startMadeUpLive, startMadeUpOrigin } from "#ops/tests/support/made-up-live.ts";
import { startRelay } from "#ops/tests/support/relay.ts";
import { until } from "#ops/tests/support/until.ts";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";
import { cpuMs } from "#runtime/process/process-bun.ts";
import { startMediaEdge } from "./media-edge-process.ts";
import type { BenchOptions, BenchResult } from "./result.ts";

const CHANNEL = "0190f3b0-0000-7000-8000-000000000001";
const BROADCAST = "0190f3b0-0000-7000-8000-00000000000b";
const KBPS = 2_500;
const WHEP_VIEWERS = [1, 25, 50, 100];
const SOCKET_VIEWERS = 100;
const SETTLE_MS = 3_000;
const WINDOW_S = 10;

export async function benchFanout({ seconds = String(WINDOW_S) }: BenchOptions): Promise<BenchResult[]> {
  const windowMs = Number(seconds) * 1_000;
  const clip = await makeLiveClip({ seconds: 8, size: "1280x720", kbps: KBPS });
  const kbps = clip.fragments.reduce((sum, { data }) => sum + data.length, 0) / (clip.durationMs / 8);
  return [await benchWhep(clip, { windowMs, kbps }), await benchSockets(clip, { windowMs, kbps })];
}

interface Window {
  windowMs: number;
  kbps: number;
}

/** Share of a core that a process used in the window, and what else is counted over it. */
async function over<Count extends Record<string, number>>(windowMs: number, pid: number, count: () => Promise<Count>) {
  const [before, cpuBefore, startMs] = [await count(), cpuMs(pid)!, performance.now()];
  await Bun.sleep(windowMs);
  const tookMs = performance.now() - startMs;
  const cpu = (cpuMs(pid)! - cpuBefore) / tookMs;
  const after = await count();
  const perSecond = (name: keyof Count) => ((after[name]! - before[name]!) * 1_000) / tookMs;
  return { cpu, perSecond };
}

const rssMb = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1_024;

async function benchWhep(clip: LiveClip, { windowMs, kbps }: Window): Promise<BenchResult> {
  const live = startMadeUpLive({ source: clip });
  const rows: string[][] = [];
  for (const count of WHEP_VIEWERS) {
    const env = { RELAY_SESSIONS_MAX: "1000", RELAY_OFFERS_PER_SECOND: "1000" };
    const relay = await startRelay({ edges: [live.url], env });
    const viewers = await startHelper(join(import.meta.dir, "fanout/whep-viewers.ts"), {});
    try {
      const emptyMb = rssMb(relay.pid);
      for (let i = 0; i < count; i++) {
        const offer = await viewers.ask<string>("offer");
        const { answer } = await relay.open({ kind: "whep", channelId: CHANNEL, offer });
        await viewers.ask("answered", answer);
      }
      await until(
        "all connected",
        async () => (await relay.status()).sessions.filter((one) => one.connected).length === count,
      );
      await Bun.sleep(SETTLE_MS);
      await viewers.ask("received");
      const counts = async () => ({
        packets: await relay.metric("relay_packets_total"),
        bytes: await relay.metric("relay_bytes_total"),
        unsent: await relay.metric("relay_unsent_packets_total"),
      });
      const { cpu, perSecond } = await over(windowMs, relay.pid, counts);
      const first = await viewers.ask<{ packets: number; missing: number }>("received");
      rows.push([
        String(count),
        ((perSecond("bytes") * 8) / count / 1_000_000).toFixed(2),
        perSecond("packets").toFixed(0),
        `${(cpu * 100).toFixed(1)} %`,
        (perSecond("packets") / cpu).toFixed(0),
        (count / cpu).toFixed(0),
        count > 1 ? ((rssMb(relay.pid) - emptyMb) / count).toFixed(2) : "–",
        `${first.missing} of ${first.packets}`,
      ]);
    } finally {
      await viewers.ask("leave").catch(() => {});
      await viewers.kill();
      await relay.stop();
    }
  }
  live.stop();
  return {
    title: "WHEP: packets a second and core",
    target: "≥ 60 000 packets a second and core, with the bitrate",
    method: `one relay process, FFmpeg for Opus apart; a made-up edge with ${kbps.toFixed(0)} kbit/s of H.264 and AAC, 1280x720 at 30; viewers by the library in one process beside it, ${windowMs / 1_000} s; all on one machine`,
    header: [
      ...["viewers", "Mbit/s each", "packets/s", "core of the relay", "packets/s and core", "viewers a core"],
      ...["MB a viewer", "missing at the first viewer"],
    ],
    rows,
  };
}

async function benchSockets(clip: LiveClip, { windowMs, kbps }: Window): Promise<BenchResult> {
  const origin = startMadeUpOrigin(clip, BROADCAST);
  const edge = await startMediaEdge([origin.url, CHANNEL, BROADCAST]);
  const nginx = await startFileServer(clip, (kbps * 1_000) / 8);
  const handshake = [
    `GET /live/${CHANNEL}/live.ws HTTP/1.1`,
    ...["Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
    ...["Sec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==", "Sec-WebSocket-Protocol: live.1", "", ""],
  ].join("\r\n");
  const download = "GET /media HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  const rows: string[][] = [];
  try {
    for (const { name, pid, port, request } of [
      { name: "edge, live.ws", pid: edge.pid, port: Number(new URL(edge.url).port), request: handshake },
      { name: "nginx, the same bytes as a file", pid: nginx.pid, port: nginx.port, request: download },
    ]) {
      const readers = await startHelper(join(import.meta.dir, "fanout/tcp-readers.ts"), {});
      await readers.ask("read", { port, count: SOCKET_VIEWERS, request });
      await Bun.sleep(SETTLE_MS);
      const { cpu, perSecond } = await over(windowMs, pid, () =>
        readers.ask<{ bytes: number; open: number }>("counted"),
      );
      const { open } = await readers.ask<{ open: number }>("counted");
      rows.push([
        name,
        `${open} of ${SOCKET_VIEWERS}`,
        ((perSecond("bytes") * 8) / SOCKET_VIEWERS / 1_000_000).toFixed(2),
        `${(cpu * 100).toFixed(1)} %`,
        (SOCKET_VIEWERS / cpu).toFixed(0),
      ]);
      await readers.kill();
    }
  } finally {
    await edge.stop();
    await nginx.stop();
    origin.stop();
  }
  return {
    title: "WebSocket: viewers a core",
    target: "beside nginx that serves the same bytes, told with the bitrate",
    method: `${SOCKET_VIEWERS} readers in one process, ${windowMs / 1_000} s each; the edge pushes fragments as they come, nginx (one worker) sends a file at the same rate (limit_rate)`,
    header: ["server", "readers", "Mbit/s each", "core of the server", "viewers a core"],
    rows,
  };
}

async function startFileServer(clip: LiveClip, bytesPerSecond: number) {
  const folder = mkdtempSync(join(tmpdir(), "bench-fanout-"));
  const port = await freePort();
  // Minutes of it, so that no reader comes to its end.
  writeFileSync(
    join(folder, "media"),
    Buffer.concat(Array.from({ length: 20 }, () => clip.fragments.map(({ data }) => data)).flat()),
  );
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    join(folder, "nginx.conf"),
    `${process.getuid?.() === 0 ? "user root;" : ""} daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
events { worker_connections 1024; }
http { access_log off; sendfile on; ${temporary.join(" ")}
  server { listen 127.0.0.1:${port}; root ${folder}; limit_rate ${Math.round(bytesPerSecond)}; } }`,
  );
  const child = Bun.spawn(
    dyingWithUs([program("nginx"), "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")]),
    {
      ...{ stdin: "ignore", stdout: "ignore", stderr: "inherit" },
    },
  );
  await until("nginx", async () => (await fetch(`http://127.0.0.1:${port}/`)).status > 0);
  return {
    ...{ pid: child.pid, port },
    async stop() {
      child.kill();
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
