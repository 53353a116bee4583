// Whether RTMPS is on, where, and with which certificate.

import type { DataFolder } from "./data-folder.ts";
import { type Flags, UsageError } from "./flags.ts";
import { type CertificateFiles, certificateFault, developmentCertificate } from "./rtmps-certificate.ts";
import { hasStreamTls } from "./services/nginx-modules.ts";

/** Off has a reason when it was not the user's wish. */
export type RtmpsPlan =
  | { on: true; port: number; url: string; files: CertificateFiles; forDevelopment: boolean }
  | { on: false; reason: string | null };

interface RtmpsOptions {
  flags: Pick<Flags, "rtmpsPort" | "rtmpsCertificate">;
  folder: DataFolder;
  /** The host that encoders connect to. */
  host: string;
}

/** Makes the certificate for development in `<data>/rtmps`, if it is needed. Throws UsageError for files of the user that do not fit. */
export function planRtmps({ flags: { rtmpsPort: port, rtmpsCertificate }, folder, host }: RtmpsOptions): RtmpsPlan {
  if (port === null) return { on: false, reason: null };
  if (!hasStreamTls()) return { on: false, reason: "this nginx has no stream module with TLS" };
  const fault = rtmpsCertificate && certificateFault(rtmpsCertificate);
  if (fault) throw new UsageError(fault);
  const files = rtmpsCertificate ?? developmentCertificate({ folder: folder.file("rtmps"), host, nowMs: Date.now() });
  if (!files) return { on: false, reason: "openssl is not installed" };
  return { on: true, port, url: `rtmps://${host}:${port}/live`, files, forDevelopment: rtmpsCertificate === null };
}
