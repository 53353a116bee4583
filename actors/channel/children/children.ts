// All children of a channel. A new child is a file in this folder, a line here, and its parts in node.ts.

import { type EquippedChild, equip } from "./child.ts";
import { type DropperParts, dropper } from "./dropper.ts";
import { type EncoderWatchParts, encoderWatch } from "./encoder-watch.ts";
import { type EnderParts, ender } from "./ender.ts";
import { type ForwarderParts, forwarder } from "./forwarder.ts";
import { type IntakeParts, intake } from "./intake.ts";
import { type LadderParts, ladder } from "./ladder.ts";
import { offer } from "./offer.ts";
import { type PackagerParts, packager } from "./packager.ts";
import { type RecorderParts, recorder } from "./recorder.ts";
import { type RegistrarParts, registrar } from "./registrar.ts";
import { type RoomParts, room } from "./room.ts";
import { type SecondParts, second } from "./second.ts";
import { type SourceWatchParts, sourceWatch } from "./source-watch.ts";
import { type TargetListParts, targetList } from "./target-list.ts";
import { type ThumbnailerParts, thumbnailer } from "./thumbnailer.ts";

type ChildParts = DropperParts &
  PackagerParts &
  EnderParts &
  RecorderParts &
  RegistrarParts &
  EncoderWatchParts &
  IntakeParts &
  SourceWatchParts &
  SecondParts &
  LadderParts &
  TargetListParts &
  ForwarderParts &
  ThumbnailerParts &
  RoomParts;

/** In starting order: the intake needs its packager, ladder and forwarders their intake. Made once for all channels of a node. */
export const channelChildren = (parts: ChildParts): EquippedChild[] => [
  equip(dropper, parts),
  equip(packager, parts),
  equip(offer, parts),
  equip(ender, parts),
  equip(recorder, parts),
  equip(registrar, parts),
  equip(encoderWatch, parts),
  equip(intake, parts),
  equip(second, parts),
  equip(sourceWatch, parts),
  equip(ladder, parts),
  equip(targetList, parts),
  equip(forwarder, parts),
  equip(thumbnailer, parts),
  equip(room, parts),
];
