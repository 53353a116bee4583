// The parts of an upload: how large they are, which are missing, and the addresses to which they are sent.

import type { Clock } from "#runtime/base/clock.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import type { UploadView } from "#schema/api/uploads.ts";
import type { UploadRow } from "#schema/queries/videos/uploads.ts";
import { uploadKey } from "#schema/wire/video-keys.ts";

const MB = 1024 * 1024;
/** S3 refuses smaller ones, other than the last, only when all are sent. A multiple of it, since some stores want equal and even parts. */
const PART_BYTES_MIN = 5 * MB;
/** S3 takes 10 000. */
const PARTS_MAX = 9_000;
/** Of a usual file: lost with a broken connection, and sent again. */
const PART_BYTES_USUAL = 10 * MB;
/** Addresses in one answer: more would expire before they are used. */
const ADDRESSES_MAX = 50;
/** A part that begins just before may go on after. */
const ADDRESS_EXPIRES_S = 600;

/** The same for all parts of an upload, which are never cut in another way later. */
export const partBytesFor = (bytes: number) =>
  Math.max(PART_BYTES_USUAL, Math.ceil(bytes / PARTS_MAX / PART_BYTES_MIN) * PART_BYTES_MIN);

export interface PartsOptions {
  objects: Objects;
  clock: Pick<Clock, "wallMs">;
}

/** Throws ObjectMissing when the store has forgotten the upload. */
export async function uploadView(
  upload: Pick<UploadRow, "videoId" | "bytes" | "partBytes" | "expiresAt"> & { uploadId: string },
  { objects, clock }: PartsOptions,
): Promise<UploadView> {
  const { videoId, bytes, partBytes, uploadId, expiresAt } = upload;
  const at = { key: uploadKey(videoId), uploadId };
  const arrived = await objects.uploads.parts(at);
  const whole = new Set(
    arrived.filter((part) => part.bytes === lengthOfPart(part.number, upload)).map(({ number }) => number),
  );
  const partCount = Math.ceil(bytes / partBytes);
  const missing: number[] = [];
  for (let number = 1; number <= partCount && missing.length < ADDRESSES_MAX; number++)
    if (!whole.has(number)) missing.push(number);
  const sign = async (number: number) => ({
    number,
    url: await objects.uploads.signPart({
      ...at,
      number,
      bytes: lengthOfPart(number, upload),
      expiresInS: ADDRESS_EXPIRES_S,
    }),
  });
  return {
    ...{ partSizeBytes: partBytes, partCount, parts: await Promise.all(missing.map(sign)) },
    receivedBytes: arrived.reduce((sum, part) => sum + (whole.has(part.number) ? part.bytes : 0), 0),
    urlsExpireAt: new Date(clock.wallMs() + ADDRESS_EXPIRES_S * 1_000).toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

function lengthOfPart(number: number, { bytes, partBytes }: Pick<UploadRow, "bytes" | "partBytes">): number {
  const count = Math.ceil(bytes / partBytes);
  return number < count ? partBytes : bytes - (count - 1) * partBytes;
}
