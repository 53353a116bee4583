// All attacks, in the order in which they run.

import type { Attack } from "../attack.ts";
import { originAttacks } from "./foreign-origins.ts";
import { hookAttacks } from "./hooks-and-stream-keys.ts";
import { uploadAttacks } from "./hostile-uploads.ts";
import { surfaceAttacks } from "./internal-ports.ts";
import { floodAttacks } from "./join-floods.ts";
import { secretAttacks } from "./leaked-secrets.ts";
import { accessAttacks } from "./object-access.ts";
import { outboundAttacks } from "./outbound-requests.ts";
import { passwordAttacks } from "./passwords.ts";
import { inputAttacks } from "./request-input.ts";
import { slowAttacks } from "./slow-clients.ts";
import { slowReaderAttacks } from "./slow-readers.ts";
import { frameAttacks } from "./socket-frames.ts";
import { storeAttacks } from "./stores.ts";
import { tokenAttacks } from "./tokens.ts";
import { offerAttacks } from "./webrtc-offers.ts";

/** Ids that must be covered. */
export const WANTED =
  "A-01 A-02 A-03 A-04 A-05 A-06 A-07 A-08 A-09 A-10 A-11 A-12 A-13 A-14 A-16 A-17 A-18 A-20 A-21 A-22 A-23".split(" ");

/** The last attack examines what the others left behind. */
export const attacks: Attack[] = [
  ...accessAttacks,
  ...inputAttacks,
  ...tokenAttacks,
  ...passwordAttacks,
  ...originAttacks,
  ...hookAttacks,
  ...offerAttacks,
  ...outboundAttacks,
  ...surfaceAttacks,
  ...storeAttacks,
  ...uploadAttacks,
  ...frameAttacks,
  ...slowAttacks,
  ...slowReaderAttacks,
  ...floodAttacks,
  ...secretAttacks,
];
