// Icons of moderation: a file of its own, so that pages without it do not load them.

import Ban from "lucide/dist/esm/icons/ban.mjs";
import Cake from "lucide/dist/esm/icons/cake.mjs";
import Columns from "lucide/dist/esm/icons/columns-3.mjs";
import Gauge from "lucide/dist/esm/icons/gauge.mjs";
import Hand from "lucide/dist/esm/icons/hand.mjs";
import Keyboard from "lucide/dist/esm/icons/keyboard.mjs";
import MailCheck from "lucide/dist/esm/icons/mail-check.mjs";
import MessageCircleWarning from "lucide/dist/esm/icons/message-circle-warning.mjs";
import Pin from "lucide/dist/esm/icons/pin.mjs";
import ShieldAlert from "lucide/dist/esm/icons/shield-alert.mjs";
import Star from "lucide/dist/esm/icons/star.mjs";
import Timer from "lucide/dist/esm/icons/timer.mjs";
import Trash from "lucide/dist/esm/icons/trash.mjs";
import Unlink from "lucide/dist/esm/icons/unlink.mjs";
import { icon } from "./icons.tsx";

export const BanIcon = /* @__PURE__ */ icon(Ban);
export const AgeIcon = /* @__PURE__ */ icon(Cake);
export const BusyIcon = /* @__PURE__ */ icon(Gauge);
export const ColumnsIcon = /* @__PURE__ */ icon(Columns);
export const HandIcon = /* @__PURE__ */ icon(Hand);
export const KeyboardIcon = /* @__PURE__ */ icon(Keyboard);
export const ConfirmedMailIcon = /* @__PURE__ */ icon(MailCheck);
export const WarnIcon = /* @__PURE__ */ icon(MessageCircleWarning);
export const PinIcon = /* @__PURE__ */ icon(Pin);
export const ShieldAlertIcon = /* @__PURE__ */ icon(ShieldAlert);
export const StarIcon = /* @__PURE__ */ icon(Star);
export const TimerIcon = /* @__PURE__ */ icon(Timer);
export const DeleteIcon = /* @__PURE__ */ icon(Trash);
export const NoLinksIcon = /* @__PURE__ */ icon(Unlink);
