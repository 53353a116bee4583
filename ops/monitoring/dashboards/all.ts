// All dashboards, in the order of Grafana's list.

import { channel } from "./channel.ts";
import { chat } from "./chat.ts";
import { cluster } from "./cluster.ts";
import { database } from "./database.ts";
import { media } from "./media.ts";
import { overview } from "./overview.ts";
import type { Dashboard } from "./panels.ts";
import { recordings } from "./recordings.ts";

export const dashboards: readonly Dashboard[] = [overview, channel, cluster, chat, media, database, recordings];
