// Icons of settings, the studio, moderation and the staff's pages, from Lucide (ISC licence). Apart: no other page needs them.

import CircleStop from "lucide/dist/esm/icons/circle-stop.mjs";
import KeyRound from "lucide/dist/esm/icons/key-round.mjs";
import Monitor from "lucide/dist/esm/icons/monitor.mjs";
import Plus from "lucide/dist/esm/icons/plus.mjs";
import ScrollText from "lucide/dist/esm/icons/scroll-text.mjs";
import SlidersHorizontal from "lucide/dist/esm/icons/sliders-horizontal.mjs";
import Smartphone from "lucide/dist/esm/icons/smartphone.mjs";
import { icon } from "./icons.tsx";

export const DeviceIcon = /* @__PURE__ */ icon(Monitor);
export const PhoneIcon = /* @__PURE__ */ icon(Smartphone);
export const KeyIcon = /* @__PURE__ */ icon(KeyRound);
export const StopIcon = /* @__PURE__ */ icon(CircleStop);
export const LogIcon = /* @__PURE__ */ icon(ScrollText);
export const PlusIcon = /* @__PURE__ */ icon(Plus);
export const SlidersIcon = /* @__PURE__ */ icon(SlidersHorizontal);
