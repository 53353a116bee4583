// Another service that takes broadcasts: an nginx-rtmp that has nothing to do with the system under test.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";
import { until } from "./until.ts";

const MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

export interface RtmpService {
  /** `rtmp://127.0.0.1:port/live`. */
  url: string;
  /** Codecs that a player of this key gets, and how many pictures in 3 s. None: nothing came for 20 s. */
  watch(key: string): Promise<{ streams: string[]; pictures: number }>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** After `kill`, at the same port. */
  start(): Promise<void>;
  /** Ends it for good. */
  close(): Promise<void>;
}

export async function startRtmpService(): Promise<RtmpService> {
  const folder = mkdtempSync(join(tmpdir(), "rtmp-service-"));
  const port = await freePort();
  const config = join(folder, "nginx.conf");
  writeFileSync(
    config,
    `${existsSync(MODULE) ? `load_module ${MODULE};\n` : ""}${process.getuid?.() === 0 ? "user root;\n" : ""}daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 64; }
rtmp { access_log off; server { listen 127.0.0.1:${port}; application live { live on; wait_key on; } } }`,
  );
  const url = `rtmp://127.0.0.1:${port}/live`;
  let nginx: Bun.Subprocess | null = null;
  const service: RtmpService = {
    url,
    async watch(key) {
      const shown = "-show_entries stream=codec_name:packet=codec_type -of json -read_intervals %+3";
      const probe = Bun.spawn(["ffprobe", "-v", "error", ...shown.split(" "), `${url}/${key}`], {
        stdout: "pipe",
        stderr: "ignore",
        timeout: 20_000,
      });
      const text = await new Response(probe.stdout).text();
      // ffprobe that has waited in vain ends in the middle of a line.
      const { streams = [], packets = [] } = (/\}\s*$/.test(text) ? JSON.parse(text) : {}) as {
        streams?: { codec_name: string }[];
        packets?: { codec_type: string }[];
      };
      const pictures = packets.filter(({ codec_type }) => codec_type === "video").length;
      return { streams: streams.map(({ codec_name }) => codec_name).sort(), pictures };
    },
    async kill() {
      nginx?.kill("SIGKILL");
      await nginx?.exited;
    },
    async start() {
      nginx = Bun.spawn(dyingWithUs([program("nginx"), "-e", "stderr", "-p", folder, "-c", config]), {
        stdout: "ignore",
        stderr: "ignore",
      });
      await until("the service to listen", async () => {
        const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
        socket.end();
        return true;
      });
    },
    async close() {
      await service.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await service.start();
  return service;
}
