// All attacks, in the order in which they run.

import type { Attack } from "./attack.ts";
import { accessAttacks } from "./rows-access.ts";
import { doorAttacks } from "./rows-doors.ts";
import { floodAttacks } from "./rows-floods.ts";
import { frameAttacks } from "./rows-frames.ts";
import { inputAttacks } from "./rows-input.ts";
import { passwordAttacks } from "./rows-passwords.ts";
import { secretAttacks } from "./rows-secrets.ts";
import { slowAttacks } from "./rows-slow.ts";
import { storeAttacks } from "./rows-stores.ts";
import { surfaceAttacks } from "./rows-surfaces.ts";
import { tokenAttacks } from "./rows-tokens.ts";

/** Ids that must be covered. */
export const WANTED = "A-01 A-02 A-03 A-04 A-05 A-06 A-07 A-08 A-12 A-13 A-14 A-16 A-17 A-18 A-20 A-21 A-22".split(" ");

/** The last attack examines what the others left behind. */
export const attacks: Attack[] = [
  ...accessAttacks,
  ...inputAttacks,
  ...tokenAttacks,
  ...passwordAttacks,
  ...doorAttacks,
  ...surfaceAttacks,
  ...storeAttacks,
  ...frameAttacks,
  ...slowAttacks,
  ...floodAttacks,
  ...secretAttacks,
];
