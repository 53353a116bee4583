// Icons of the cards above the lines.

import ChartBar from "lucide/dist/esm/icons/chart-bar.mjs";
import Swords from "lucide/dist/esm/icons/swords.mjs";
import { icon } from "./icons.tsx";

export const PollIcon = /* @__PURE__ */ icon(ChartBar);
export const RaidIcon = /* @__PURE__ */ icon(Swords);
