// Icons of a player's controls, from Lucide (ISC licence). Apart: the controls come after the picture.

import Maximize from "lucide/dist/esm/icons/maximize.mjs";
import Minimize from "lucide/dist/esm/icons/minimize.mjs";
import Pause from "lucide/dist/esm/icons/pause.mjs";
import PictureInPicture2 from "lucide/dist/esm/icons/picture-in-picture-2.mjs";
import RectangleHorizontal from "lucide/dist/esm/icons/rectangle-horizontal.mjs";
import Settings from "lucide/dist/esm/icons/settings.mjs";
import Volume2 from "lucide/dist/esm/icons/volume-2.mjs";
import { icon } from "./icons.tsx";

export const PauseIcon = /* @__PURE__ */ icon(Pause, true);
export const SoundIcon = /* @__PURE__ */ icon(Volume2);
export const GearIcon = /* @__PURE__ */ icon(Settings);
export const PipIcon = /* @__PURE__ */ icon(PictureInPicture2);
export const TheatreIcon = /* @__PURE__ */ icon(RectangleHorizontal);
export const FullscreenIcon = /* @__PURE__ */ icon(Maximize);
export const LeaveFullscreenIcon = /* @__PURE__ */ icon(Minimize);
