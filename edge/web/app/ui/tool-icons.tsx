// Icons of what one does on a page once it is there, from Lucide (ISC licence). Apart: they come with their buttons.

import Copy from "lucide/dist/esm/icons/copy.mjs";
import Download from "lucide/dist/esm/icons/download.mjs";
import ExternalLink from "lucide/dist/esm/icons/external-link.mjs";
import FaceGrinning from "lucide/dist/esm/icons/face-grinning.mjs";
import Flag from "lucide/dist/esm/icons/flag.mjs";
import Scissors from "lucide/dist/esm/icons/scissors.mjs";
import SendHorizontal from "lucide/dist/esm/icons/send-horizontal.mjs";
import Share2 from "lucide/dist/esm/icons/share-2.mjs";
import Users from "lucide/dist/esm/icons/users.mjs";
import { icon } from "./icons.tsx";

export const PeopleIcon = /* @__PURE__ */ icon(Users);
export const CopyIcon = /* @__PURE__ */ icon(Copy);
export const ShareIcon = /* @__PURE__ */ icon(Share2);
export const FlagIcon = /* @__PURE__ */ icon(Flag);
export const OpenIcon = /* @__PURE__ */ icon(ExternalLink);
export const SendIcon = /* @__PURE__ */ icon(SendHorizontal);
export const ClipIcon = /* @__PURE__ */ icon(Scissors);
export const EmoteIcon = /* @__PURE__ */ icon(FaceGrinning);
export const DownloadIcon = /* @__PURE__ */ icon(Download);
