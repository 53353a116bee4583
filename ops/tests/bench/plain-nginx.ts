// nginx-rtmp as it comes, with its own HLS: a baseline for benches. Nothing of ours is in it.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#ops/tests/support/until.ts";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";

const DEBIAN_MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";
const FRAGMENT_S = 2;

export interface PlainNginx {
  pid: number;
  /** `rtmp://host:port/live`. */
  rtmpUrl: string;
  /** Playlist of a stream by its name. */
  hlsUrl(name: string): string;
  stop(): Promise<void>;
}

export async function startPlainNginx(): Promise<PlainNginx> {
  const folder = mkdtempSync(join(tmpdir(), "plain-nginx-"));
  const [rtmpPort, httpPort] = [await freePort(), await freePort()];
  mkdirSync(join(folder, "hls"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const conf = `${existsSync(DEBIAN_MODULE) ? `load_module ${DEBIAN_MODULE};` : ""}
${process.getuid?.() === 0 ? "user root;" : ""} daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
events { worker_connections 256; }
rtmp { access_log off; server { listen 127.0.0.1:${rtmpPort}; chunk_size 4096; application live {
  live on; wait_key on; wait_video on; hls on; hls_path ${folder}/hls; hls_fragment ${FRAGMENT_S}s; hls_playlist_length 12s; } } }
http { access_log off; ${temporary.join(" ")} types { application/vnd.apple.mpegurl m3u8; video/mp2t ts; }
  server { listen 127.0.0.1:${httpPort}; root ${folder}/hls; add_header access-control-allow-origin *; add_header cache-control no-cache; } }`;
  writeFileSync(join(folder, "nginx.conf"), conf);
  const argv = [program("nginx"), "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")];
  const child = Bun.spawn(dyingWithUs(argv), { stdin: "ignore", stdout: "ignore", stderr: "inherit" });
  await until("nginx", async () => (await fetch(`http://127.0.0.1:${httpPort}/`)).status > 0);
  return {
    pid: child.pid,
    rtmpUrl: `rtmp://127.0.0.1:${rtmpPort}/live`,
    hlsUrl: (name) => `http://127.0.0.1:${httpPort}/${name}.m3u8`,
    async stop() {
      child.kill();
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
