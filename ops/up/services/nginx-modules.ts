// Which modules the installed nginx has.

import { existsSync } from "node:fs";
import { program } from "../processes.ts";

const DEBIAN_FOLDER = "/usr/lib/nginx/modules";

/** Absolute path of the loadable module `rtmp` or `stream` in Debian's package; null when it must be built in. */
export function modulePath(name: "rtmp" | "stream"): string | null {
  const path = `${DEBIAN_FOLDER}/ngx_${name}_module.so`;
  return existsSync(path) ? path : null;
}

/** True when nginx can take TLS off a stream, by a loadable module or by one that is built in. Throws when nginx is not installed. */
export function hasStreamTls(): boolean {
  if (modulePath("stream")) return true;
  const built = Bun.spawnSync([program("nginx"), "-V"]).stderr.toString();
  return / --with-stream( |$)/m.test(built) && built.includes("--with-stream_ssl_module");
}
