// Icons of clips and downloads, which the first load has no need of.

import Download from "lucide/dist/esm/icons/download.mjs";
import Scissors from "lucide/dist/esm/icons/scissors.mjs";
import { icon } from "./icons.tsx";

export const ClipIcon = /* @__PURE__ */ icon(Scissors);
export const DownloadIcon = /* @__PURE__ */ icon(Download);
