// The bundled S3 server (ops/s3/), in which recordings, uploads and pictures are kept.

import { join } from "node:path";
import type { DataFolder } from "../data-folder.ts";
import { httpHealthy } from "../health.ts";
import { dyingWithUs } from "../processes.ts";
import type { ServiceSpec } from "../service.ts";
import { reachable } from "./node.ts";

const MAIN = join(import.meta.dir, "../../s3/main.ts");
export const S3_BUCKET = "live";

interface S3Options {
  folder: DataFolder;
  /** Browsers use it too, with addresses that nodes sign. */
  bind: string;
  port: number;
  keys: S3KeyPair;
  /** False, for tests: what is acknowledged may be lost when the machine loses its power. */
  durable?: boolean;
}

interface S3KeyPair {
  accessKeyId: string;
  secretAccessKey: string;
}

export function s3Service({ folder, bind, port, keys, durable = true }: S3Options): ServiceSpec {
  const host = reachable(bind);
  return {
    name: "s3",
    host,
    port,
    launch: () => {
      const words = ["--folder", folder.file("s3"), "--host", bind, "--port", String(port)];
      const extras = [...(durable ? [] : ["--fast"]), ...(process.env.S3_FAULTS === "on" ? ["--faults"] : [])];
      return {
        argv: dyingWithUs([process.execPath, MAIN, ...words, ...extras], "KILL"),
        env: {
          S3_ACCESS_KEY_ID: keys.accessKeyId,
          S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
          S3_REGION: "us-east-1",
          S3_BUCKET,
        },
      };
    },
    healthy: () => httpHealthy(`http://${host}:${port}/_health`),
    stop: { signal: "SIGTERM", withinMs: 2_000 },
  };
}

/** Settings of nodes (runtime/config/objects.ts). `publicHost`: as browsers reach this machine. */
export const s3Settings = ({ bind, port, keys, publicHost }: S3Options & { publicHost: string }) => ({
  S3_ENDPOINT: `http://${reachable(bind)}:${port}`,
  S3_PUBLIC_ENDPOINT: process.env.S3_PUBLIC_ENDPOINT || `http://${publicHost}:${port}`,
  S3_BUCKET,
  S3_ACCESS_KEY_ID: keys.accessKeyId,
  S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
  S3_REGION: "us-east-1",
  S3_PATH_STYLE: "on",
});
