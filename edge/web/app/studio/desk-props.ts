// Props of each tab of the studio.

import type { HealthHere } from "./health.ts";
import type { KeyState } from "./key-state.ts";
import type { OwnChannel } from "./own-channel.ts";

export interface DeskProps {
  login: string;
  own: OwnChannel;
  here: HealthHere;
  streamKey: KeyState;
}
