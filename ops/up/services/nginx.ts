// An ingest: nginx with the RTMP module. Each start writes the configuration with a new boot id.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { removeOldRecent } from "#ops/nginx/recent.ts";
import { RECENT_FOLDER, rtmpConf } from "#ops/nginx/rtmp.conf.ts";
import type { DataFolder } from "../data-folder.ts";
import { httpHealthy } from "../health.ts";
import { dyingWithUs, program } from "../processes.ts";
import type { CertificateFiles } from "../rtmps-certificate.ts";
import type { ServiceSpec } from "../service.ts";
import { modulePath } from "./nginx-modules.ts";
import { reachable } from "./node.ts";

/** Name of the process and of its folder. */
export const nginxName = (number: number) => (number === 1 ? "nginx" : `nginx-${number}`);
/** Name of the ingest in session ids and in the INGESTS setting. */
export const ingestName = (number: number) => (number === 1 ? "main" : `main-${number}`);

const RECENT_SWEEP_MS = 10_000;

interface NginxServiceOptions {
  /** 1, 2, … */
  number: number;
  folder: DataFolder;
  bind: string;
  rtmpPort: number;
  /** Ports for encoders and for nginx itself, and the certificate; null: off. */
  rtmps: ({ port: number; innerPort: number } & CertificateFiles) | null;
  /** Loopback port for hooks, `/control` and `/stat`. */
  httpPort: number;
  /** `host:port` of the edges' internal ports. */
  edges: string[];
}

interface Nginx {
  spec: ServiceSpec;
  /** Entry of the INGESTS setting. */
  ingest: string;
}

export function nginxService({ number, folder, bind, rtmpPort, rtmps, httpPort, edges }: NginxServiceOptions): Nginx {
  const name = nginxName(number);
  const ingest = ingestName(number);
  const home = folder.file(name);
  const recent = folder.file(name, RECENT_FOLDER);
  setInterval(() => removeOldRecent(recent), RECENT_SWEEP_MS).unref();
  return {
    ingest: `${ingest}=rtmp://127.0.0.1:${rtmpPort}/live|http://127.0.0.1:${httpPort}`,
    spec: {
      name,
      host: reachable(bind),
      port: rtmpPort,
      internalPort: httpPort,
      launch() {
        rmSync(recent, { recursive: true, force: true });
        mkdirSync(recent, { recursive: true, mode: 0o700 });
        const file = folder.file(name, "nginx.conf");
        writeFileSync(
          file,
          rtmpConf({
            folder: home,
            bind,
            rtmpPort,
            httpPort,
            edges,
            ingest,
            boot: crypto.randomUUID(),
            modulePath: modulePath("rtmp"),
            rtmps: rtmps && { ...rtmps, modulePath: modulePath("stream") },
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
