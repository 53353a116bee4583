import { afterAll, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateFault, daysLeft, developmentCertificate } from "./rtmps-certificate.ts";

const DAY_MS = 86_400_000;
const home = mkdtempSync(join(tmpdir(), "rtmps-certificate-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const make = (name: string, host = "127.0.0.1", nowMs = Date.now()) =>
  developmentCertificate({ folder: join(home, name), host, nowMs })!;
const print = (file: string) => new X509Certificate(readFileSync(file)).fingerprint256;

test("a certificate for development names loopback and the host, and its key is for its owner alone", () => {
  const files = make("fresh", "192.0.2.7");
  const certificate = new X509Certificate(readFileSync(files.certificate));
  expect(certificateFault(files)).toBeNull();
  expect([
    certificate.checkHost("localhost"),
    certificate.checkIP("127.0.0.1"),
    certificate.checkIP("192.0.2.7"),
  ]).toEqual(["localhost", "127.0.0.1", "192.0.2.7"]);
  expect(certificate.checkIP("192.0.2.8")).toBeUndefined();
  expect(statSync(files.key).mode & 0o077).toBe(0);
  expect(daysLeft(files.certificate, Date.now())).toBeGreaterThan(800);
});

test("it is kept until shortly before it expires, and made anew for another host", () => {
  const first = print(make("kept").certificate);
  expect(print(make("kept", "127.0.0.1", Date.now() + 790 * DAY_MS).certificate)).toBe(first);
  expect(print(make("kept", "127.0.0.1", Date.now() + 800 * DAY_MS).certificate)).not.toBe(first);
  const second = print(make("kept").certificate);
  expect(print(make("kept", "192.0.2.7").certificate)).not.toBe(second);
});

test("half a pair is made anew", () => {
  const files = make("half");
  const first = print(files.certificate);
  rmSync(files.key);
  expect(certificateFault(make("half"))).toBeNull();
  expect(print(files.certificate)).not.toBe(first);
});

test("files that nginx could not use are named with the reason", () => {
  const [one, other] = [make("one"), make("other")];
  expect(certificateFault(one)).toBeNull();
  expect(certificateFault({ ...one, key: other.key })).toBe(`${other.key} is not the key of ${one.certificate}`);
  const missing = join(home, "missing.pem");
  expect(certificateFault({ ...one, certificate: missing })).toBe(
    `${missing} is no certificate in PEM format (ENOENT)`,
  );
  const garbage = join(home, "garbage.pem");
  writeFileSync(garbage, "-----BEGIN CERTIFICATE-----\nxyz\n");
  expect(certificateFault({ ...one, certificate: garbage })).toContain("is no certificate in PEM format");
  expect(certificateFault({ ...one, key: one.certificate })).toContain("is no private key in PEM format");
  expect(daysLeft(garbage, Date.now())).toBeNull();
});
