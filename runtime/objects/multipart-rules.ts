// Rules of S3's multipart upload (AWS: Amazon S3 multipart upload limits), which both implementations keep.

import { ObjectsRefused, type UploadPart } from "./objects.ts";

export const PART_NUMBER_MAX = 10_000;
/** Of all parts but the last. */
export const PART_BYTES_MIN = 5 * 1024 * 1024;

/** Throws ObjectsRefused with code InvalidPart unless it is a whole number from 1 to 10 000. */
export function requirePartNumber(number: number) {
  if (!Number.isInteger(number) || number < 1 || number > PART_NUMBER_MAX)
    throw new ObjectsRefused("InvalidPart", `a part's number is from 1 to ${PART_NUMBER_MAX}`);
}

/** Throws ObjectsRefused unless an upload can be completed with these parts: at least one, ascending, each large enough. */
export function requireCompletable(parts: readonly UploadPart[]) {
  if (parts.length === 0) throw new ObjectsRefused("InvalidPart", "an upload without parts cannot be completed");
  for (const [index, { number }] of parts.entries()) {
    requirePartNumber(number);
    if (index > 0 && number <= parts[index - 1]!.number)
      throw new ObjectsRefused("InvalidPartOrder", "the parts must be in ascending order");
  }
  const small = parts.slice(0, -1).find(({ bytes }) => bytes < PART_BYTES_MIN);
  if (small) throw new ObjectsRefused("EntityTooSmall", `part ${small.number} has less than ${PART_BYTES_MIN} bytes`);
}
