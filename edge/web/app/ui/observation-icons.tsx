// Icons of the pages that show the running system: a file of its own, so that pages without it do not load them.

import Activity from "lucide/dist/esm/icons/activity.mjs";
import Bug from "lucide/dist/esm/icons/bug.mjs";
import MonitorPlay from "lucide/dist/esm/icons/monitor-play.mjs";
import Server from "lucide/dist/esm/icons/server.mjs";
import { icon } from "./icons.tsx";

export const MetricsIcon = /* @__PURE__ */ icon(Activity);
export const ErrorsIcon = /* @__PURE__ */ icon(Bug);
export const StreamsIcon = /* @__PURE__ */ icon(MonitorPlay);
export const NodesIcon = /* @__PURE__ */ icon(Server);
