// nginx with the RTMP module: each start writes its configuration anew, with a boot id of its own.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { rtmpConf } from "#ops/nginx/rtmp.conf.ts";
import type { DataFolder } from "../data-folder.ts";
import { httpHealthy } from "../health.ts";
import { dyingWithUs, program } from "../processes.ts";
import type { ServiceSpec } from "../service.ts";
import { reachable } from "./node.ts";

export const INGEST = "main";
const DEBIAN_MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

export interface NginxServiceOptions {
  folder: DataFolder;
  bind: string;
  rtmpPort: number;
  /** Loopback: hooks, control, stat. */
  httpPort: number;
  /** `host:port` of the edges' internal ports. */
  edges: string[];
}

export interface Nginx {
  spec: ServiceSpec;
  /** As the INGESTS setting has it. */
  ingests: string;
}

export function nginxService({ folder, bind, rtmpPort, httpPort, edges }: NginxServiceOptions): Nginx {
  const home = folder.file("nginx");
  return {
    ingests: `${INGEST}=rtmp://127.0.0.1:${rtmpPort}/live|http://127.0.0.1:${httpPort}`,
    spec: {
      name: "nginx",
      host: reachable(bind),
      port: rtmpPort,
      internalPort: httpPort,
      launch() {
        mkdirSync(home, { recursive: true });
        const file = folder.file("nginx", "nginx.conf");
        writeFileSync(
          file,
          rtmpConf({
            folder: home,
            bind,
            rtmpPort,
            httpPort,
            edges,
            ingest: INGEST,
            boot: crypto.randomUUID(),
            modulePath: existsSync(DEBIAN_MODULE) ? DEBIAN_MODULE : null,
            asRoot: process.getuid?.() === 0,
          }),
        );
        return { argv: dyingWithUs([program("nginx"), "-e", "stderr", "-p", home, "-c", file]) };
      },
      healthy: () => httpHealthy(`http://127.0.0.1:${httpPort}/healthz`),
      stop: { signal: "SIGTERM", withinMs: 1_000 },
    },
  };
}
