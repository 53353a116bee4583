// Checks of the object store: a small object comes and goes, the clocks agree, and browsers may use it.

import { systemClock as clock } from "#runtime/base/clock.ts";
import type { ObjectStoreConfig } from "#runtime/config/objects.ts";
import { connectObjects } from "#runtime/objects/objects-s3.ts";
import { duration } from "../format.ts";
import { bucketRules } from "./bucket-rules.ts";
import { atMost, type Check, fault, ok } from "./check.ts";

const ANSWER_WITHIN_MS = 3_000;
/** Signatures are refused from 15 minutes on; addresses for browsers are short-lived. */
const SKEW = { warnOverMs: 10_000, faultOverMs: 5 * 60_000 };
/** Where the site's own is not known. */
const ANY_ORIGIN = "https://page.example";
/** Below a prefix that nothing else uses, so that a crash leaves nothing that is shown. */
const key = () => `doctor/${crypto.randomUUID()}`;

/** `siteOrigin`: of the pages that send uploads; null: not known. */
export async function s3Checks(config: ObjectStoreConfig, siteOrigin: string | null): Promise<Check[]> {
  return [
    ...[await roundTrip(config), await skew(config), await cors(config, siteOrigin ?? ANY_ORIGIN)],
    ...(await bucketRules(config)),
  ];
}

async function roundTrip(config: ObjectStoreConfig): Promise<Check> {
  const objects = connectObjects({ config, clock });
  const fromMs = clock.monoMs();
  const at = key();
  const bytes = new TextEncoder().encode("the doctor was here");
  try {
    await objects.put(at, bytes, { contentType: "text/plain" });
    const read = await objects.get(at);
    await objects.remove([at]);
    if (!Buffer.from(read).equals(bytes))
      return fault("s3", "objects", "an object comes back changed", "use another S3 server: this one corrupts bodies");
    return ok(
      "s3",
      "objects",
      `put, got and removed one at ${config.endpoint} in ${duration(clock.monoMs() - fromMs)}`,
    );
  } finally {
    objects.stop();
  }
}

async function skew({ endpoint }: ObjectStoreConfig): Promise<Check> {
  const { headers } = await fetch(endpoint, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  const serverMs = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(serverMs)) return ok("s3", "clock", "the server does not say its time");
  // The header has whole seconds.
  const skewMs = Math.max(0, Math.abs(clock.wallMs() - serverMs) - 1_000);
  return atMost("s3", "clock", {
    value: skewMs,
    found: skewMs === 0 ? "as ours" : `${duration(skewMs)} from ours`,
    warnOver: SKEW.warnOverMs,
    faultOver: SKEW.faultOverMs,
    todo: "set the clocks of both machines by NTP: signatures are refused at 15 minutes",
  });
}

/** A preflight as a page sends it before it puts a part of an upload. */
async function cors({ publicEndpoint, bucket, pathStyle }: ObjectStoreConfig, origin: string): Promise<Check> {
  const url = new URL(pathStyle ? `/${bucket}/${key()}` : `/${key()}`, publicEndpoint);
  if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
  const response = await fetch(url, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "PUT" },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const allowed = response.headers.get("access-control-allow-origin");
  if (response.ok && allowed !== null) return ok("s3", "browsers", `CORS allows ${allowed} at ${publicEndpoint}`);
  const todo = `allow GET, HEAD and PUT to ${origin} in the bucket's CORS rules, and expose ETag`;
  return fault("s3", "browsers", `status ${response.status} to a preflight at ${publicEndpoint}`, todo);
}
