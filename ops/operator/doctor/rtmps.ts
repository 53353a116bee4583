// Checks RTMPS of one nginx-rtmp: it answers, and its certificate is valid for some time.

import { connect } from "node:tls";
import { type Check, fault, ok, warning } from "./check.ts";

const ANSWER_WITHIN_MS = 5_000;
const DAYS_LEFT_MIN = 14;
const DAY_MS = 86_400_000;
const RENEW =
  'replace its files, nginx takes them at once ("RTMPS with your certificate" in ops/README.md); one for development is made anew by a restart';

/** `conf`: the configuration of nginx. No check where RTMPS is off. `log` says where to look. */
export async function rtmpsChecks({
  conf,
  log,
  nowMs,
}: {
  conf: string;
  log: string;
  nowMs: number;
}): Promise<Check[]> {
  const [, host, port] = /^\s+listen (\S+):(\d+) ssl;/m.exec(conf) ?? [];
  if (!host || !port) return [];
  const validTo = await certificateEnd(host === "0.0.0.0" ? "127.0.0.1" : host, Number(port)).catch(() => null);
  if (validTo === null)
    return [fault("nginx", "RTMPS", `no handshake on port ${port}`, `${log}: it names the certificate's fault`)];
  const days = Math.floor((Date.parse(validTo) - nowMs) / DAY_MS);
  const found = days < 0 ? "its certificate has expired" : `its certificate is valid for ${days} days`;
  if (days < 0) return [fault("nginx", "RTMPS", found, RENEW)];
  return [days < DAYS_LEFT_MIN ? warning("nginx", "RTMPS", found, RENEW) : ok("nginx", "RTMPS", found)];
}

/** The end of validity of the certificate that is presented there. */
function certificateEnd(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false });
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed")));
    socket.once("secureConnect", () => {
      resolve(socket.getPeerCertificate().valid_to);
      socket.end();
    });
  });
}
