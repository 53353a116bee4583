// All children of a channel. A new child is a file in this folder, a line here, and its parts in node.ts.

import { type EquippedChild, equip } from "./child.ts";
import { type DropperParts, dropper } from "./dropper.ts";
import { type EncoderWatchParts, encoderWatch } from "./encoder-watch.ts";
import { type EnderParts, ender } from "./ender.ts";
import { type PackagerParts, packager } from "./packager.ts";
import { type RegistrarParts, registrar } from "./registrar.ts";
import { type RoomParts, room } from "./room.ts";
import { type TranscoderParts, transcoder } from "./transcoder.ts";

type ChildParts = DropperParts &
  PackagerParts &
  EnderParts &
  RegistrarParts &
  EncoderWatchParts &
  TranscoderParts &
  RoomParts;

/** In starting order: FFmpeg needs its packager. Made once for all channels of a node. */
export const channelChildren = (parts: ChildParts): EquippedChild[] => [
  equip(dropper, parts),
  equip(packager, parts),
  equip(ender, parts),
  equip(registrar, parts),
  equip(encoderWatch, parts),
  equip(transcoder, parts),
  equip(room, parts),
];
