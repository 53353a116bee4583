// All children of a video. A new child is a file in this folder, a line here, and its parts in node.ts.

import { type EquippedChild, equip } from "./child.ts";
import { type ClearerParts, clearer } from "./clearer.ts";
import { type CompleterParts, completer } from "./completer.ts";
import { type CopierParts, copier } from "./copier.ts";
import { type DrawerParts, drawer } from "./drawer.ts";
import { type ReaderParts, reader } from "./reader.ts";
import { type WorkerParts, worker } from "./worker.ts";

type ChildParts = ReaderParts & CompleterParts & WorkerParts & ClearerParts & CopierParts & DrawerParts;

/** Made once for all videos of a node. */
export const videoChildren = (parts: ChildParts): EquippedChild[] => [
  equip(reader, parts),
  equip(completer, parts),
  equip(worker, parts),
  equip(clearer, parts),
  equip(copier, parts),
  equip(drawer, parts),
];
