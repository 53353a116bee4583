// The certificate of RTMPS: a check of the operator's own, and one for development that is made here.

import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { isIPv4 } from "node:net";
import { join } from "node:path";

export interface CertificateFiles {
  /** Absolute path, PEM; with its chain, the server's own first. */
  certificate: string;
  /** Absolute path, PEM, without a password. */
  key: string;
}

const SCRIPT = join(import.meta.dir, "../nginx/development-certificate.sh");
/** A certificate for development with less time left is replaced at the next start. */
const RENEWAL_DAYS = 30;
const DAY_MS = 86_400_000;

/** One line for the user on why nginx could not use the files, or null. An expired certificate is no fault here: `doctor` reports it. */
export function certificateFault({ certificate, key }: CertificateFiles): string | null {
  const owned = readOrFault(certificate, (pem) => new X509Certificate(pem));
  if (typeof owned === "string") return `${certificate} is no certificate in PEM format (${owned})`;
  const secret = readOrFault(key, (pem) => createPrivateKey(pem));
  if (typeof secret === "string") return `${key} is no private key in PEM format without a password (${secret})`;
  return owned.checkPrivateKey(secret) ? null : `${key} is not the key of ${certificate}`;
}

/** Days until the certificate expires, negative after it; null when it cannot be read. */
export function daysLeft(certificate: string, nowMs: number): number | null {
  const owned = readOrFault(certificate, (pem) => new X509Certificate(pem));
  return typeof owned === "string" ? null : Math.floor((Date.parse(owned.validTo) - nowMs) / DAY_MS);
}

interface DevelopmentOptions {
  /** Absolute path of the folder for the two files. */
  folder: string;
  /** IPv4 address that encoders use besides loopback. */
  host: string;
  nowMs: number;
}

/**
 * A certificate that signs itself, for `localhost`, 127.0.0.1 and `host`. It is kept, and made anew shortly before it expires and for another
 * host. Null when `openssl` is not installed. Throws with the output of openssl.
 */
export function developmentCertificate({ folder, host, nowMs }: DevelopmentOptions): CertificateFiles | null {
  const files = { certificate: join(folder, "certificate.pem"), key: join(folder, "key.pem") };
  if (certificateFault(files) === null && serves(files.certificate, host, nowMs)) return files;
  if (!Bun.which("openssl")) return null;
  // Renamed when complete, so that an interrupted start does not leave half of the pair.
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const more = host !== "127.0.0.1" && isIPv4(host) ? [host] : [];
  const made = Bun.spawnSync(["sh", SCRIPT, fresh, ...more], { stdin: "ignore" });
  if (made.exitCode !== 0) throw new Error(`openssl made no certificate for RTMPS: ${made.stderr.toString().trim()}`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return files;
}

function serves(certificate: string, host: string, nowMs: number): boolean {
  const covers = !isIPv4(host) || new X509Certificate(readFileSync(certificate)).checkIP(host) !== undefined;
  return covers && (daysLeft(certificate, nowMs) ?? 0) >= RENEWAL_DAYS;
}

/** What `parse` makes of the file, or a word on why it could not. */
function readOrFault<T extends object>(file: string, parse: (pem: Buffer) => T): T | string {
  try {
    return parse(readFileSync(file));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unreadable";
  }
}
