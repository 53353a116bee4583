// Profiles of H.264 as SDP names them (RFC 6184 §8.1): what matters is which tools a stream may use, never the level.

/** `profile_idc` and the byte with `constraint_set0_flag` … `constraint_set5_flag`, as in a sequence parameter set. */
export interface H264Profile {
  idc: number;
  constraints: number;
}

const SET0 = 0x80;
const SET1 = 0x40;
const SET4_AND_5 = 0x0c;

/** Without `profile-level-id` a payload type is Baseline (RFC 6184 §8.1). */
export const DEFAULT_PROFILE_LEVEL_ID = "420010";
const PROFILE_LEVEL_ID = /^([0-9a-f]{2})([0-9a-f]{2})[0-9a-f]{2}$/i;

/** Null: malformed. */
export function profileIn(profileLevelId: string): H264Profile | null {
  const [, idc, constraints] = PROFILE_LEVEL_ID.exec(profileLevelId) ?? [];
  if (idc === undefined || constraints === undefined) return null;
  return { idc: Number.parseInt(idc, 16), constraints: Number.parseInt(constraints, 16) };
}

/**
 * The profile by its name (RFC 6184 table 5): the same one can be written with different bits, and two with the same `profile_idc` can be
 * different ones. Safari, for example, has Constrained High without High.
 */
export function profileName({ idc, constraints }: H264Profile): string {
  switch (idc) {
    case 66:
      return constraints & SET1 ? "constrained baseline" : "baseline";
    case 77:
      return constraints & SET0 ? "constrained baseline" : "main";
    case 88:
      return (constraints & (SET0 | SET1)) === (SET0 | SET1) ? "constrained baseline" : "extended";
    case 100:
      return (constraints & SET4_AND_5) === SET4_AND_5 ? "constrained high" : "high";
    default:
      return `${idc} ${constraints}`;
  }
}
