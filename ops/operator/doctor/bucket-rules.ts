// Checks of what a bucket does by itself: the parts of forgotten uploads go, and what is deleted is gone.

import {
  GetBucketLifecycleConfigurationCommand,
  type GetBucketLifecycleConfigurationCommandOutput,
  GetBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { ObjectStoreConfig } from "#runtime/config/objects.ts";
import { type Check, ok, warning } from "./check.ts";

/** Parts of a forgotten upload are paid for, and in no list of objects. */
const ABORT_DAYS_MAX = 7;
/** So long may a bucket with versions keep what was deleted: time to notice a mistake, and an end for what people wanted gone. */
const NONCURRENT_DAYS_MAX = 35;
const NO_RULE = "NoSuchLifecycleConfiguration";

/** What the two answers of a bucket mean; null: the server does not know such rules. */
export interface BucketRules {
  /** Days after which unfinished uploads are aborted, by prefix. */
  aborts: { prefix: string; days: number }[] | null;
  versioning: boolean | null;
  /** Days after which a deleted or replaced version of any object goes; null: no rule says so. */
  noncurrentDays: number | null;
}

export async function bucketRules(config: ObjectStoreConfig): Promise<Check[]> {
  const { endpoint, region, pathStyle, bucket: Bucket, accessKeyId, secretAccessKey } = config;
  const credentials = { accessKeyId, secretAccessKey };
  const s3 = new S3Client({ endpoint, region, forcePathStyle: pathStyle, maxAttempts: 1, credentials });
  const [lifecycle, versioning] = await Promise.all([
    s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })).catch((error: Error) => error),
    s3.send(new GetBucketVersioningCommand({ Bucket })).catch(() => null),
  ]);
  s3.destroy();
  return ruleChecks({
    aborts: abortsOf(lifecycle),
    versioning: versioning && versioning.Status === "Enabled",
    noncurrentDays: noncurrentDaysOf(lifecycle),
  });
}

function noncurrentDaysOf(lifecycle: GetBucketLifecycleConfigurationCommandOutput | Error): number | null {
  const rules = lifecycle instanceof Error ? [] : (lifecycle.Rules ?? []);
  const days = rules.flatMap(({ Status, Prefix, Filter, NoncurrentVersionExpiration: expiration }) =>
    Status === "Enabled" && expiration?.NoncurrentDays && !(Filter?.Prefix ?? Prefix)
      ? [expiration.NoncurrentDays]
      : [],
  );
  return days.length > 0 ? Math.min(...days) : null;
}

function abortsOf(lifecycle: GetBucketLifecycleConfigurationCommandOutput | Error): BucketRules["aborts"] {
  if (lifecycle instanceof Error) return lifecycle.name === NO_RULE ? [] : null;
  return (lifecycle.Rules ?? []).flatMap(({ Status, Prefix, Filter, AbortIncompleteMultipartUpload: abort }) =>
    Status === "Enabled" && abort?.DaysAfterInitiation
      ? [{ prefix: Filter?.Prefix ?? Prefix ?? "", days: abort.DaysAfterInitiation }]
      : [],
  );
}

export function ruleChecks({ aborts, versioning, noncurrentDays }: BucketRules): Check[] {
  const todo = `add a lifecycle rule, AbortIncompleteMultipartUpload after ${ABORT_DAYS_MAX} days at most, and not before UPLOAD_EXPIRES_MS`;
  const days = Math.min(
    ...(aborts ?? []).filter(({ prefix }) => "uploads/".startsWith(prefix)).map(({ days }) => days),
  );
  const parts =
    aborts === null
      ? ok("s3", "forgotten parts", "the server has no rules for them: actor nodes abort them")
      : days <= ABORT_DAYS_MAX
        ? ok("s3", "forgotten parts", `removed after ${days} days`)
        : warning("s3", "forgotten parts", "no rule of the bucket removes them", todo);
  return [parts, versionCheck(versioning, noncurrentDays)];
}

function versionCheck(versioning: boolean | null, noncurrentDays: number | null): Check {
  if (!versioning) return ok("s3", "versions", "what is deleted is gone");
  if (noncurrentDays !== null && noncurrentDays <= NONCURRENT_DAYS_MAX)
    return ok("s3", "versions", `what is deleted can be brought back for ${noncurrentDays} days`);
  return warning(
    ...(["s3", "versions", "the bucket keeps what is deleted as hidden versions"] as const),
    `have a lifecycle rule remove noncurrent versions after ${NONCURRENT_DAYS_MAX} days at most, or turn versioning off: deleted videos stay, and are paid for`,
  );
}
