// Rows about encoders, nginx-rtmp and the owner's pull.

import { encodersCompete, endNginx, isMarked, keepKilling, killWorker, lateHook } from "../injections/nginx.ts";
import { cutPulls } from "../injections/pulls.ts";
import { isUnmarked, oneOwnerServes } from "../watch/ingest-facts.ts";
import type { FaultRow } from "./fault-row.ts";

/** The encoder's pause of a second, its hook, one GOP of 2 s, and a segment. */
const RECONNECT_LIMITS = { callMs: 1_000, stillMs: 10_000, numberMs: 10_000, silentMs: 3_000 };

type After = NonNullable<FaultRow["after"]>;

const checks =
  (...each: After[]): After =>
  async (scene) => {
    const found: string[] = [];
    for (const check of each) found.push(await check(scene));
    return found.join("; ");
  };

export const ingestRows: FaultRow[] = [
  {
    id: "F-13a",
    name: "kill -9 of nginx-rtmp: the encoder reconnects and the broadcast continues",
    show: { reconnects: "same ingest" },
    takenOver: false,
    limits: RECONNECT_LIMITS,
    inject: endNginx("SIGKILL"),
    after: checks(oneOwnerServes, isMarked),
  },
  {
    id: "F-13b",
    name: "nginx-rtmp is stopped properly and started again",
    show: { reconnects: "same ingest" },
    takenOver: false,
    limits: RECONNECT_LIMITS,
    inject: endNginx("SIGTERM"),
    after: checks(oneOwnerServes, isMarked),
  },
  {
    id: "F-13c",
    name: "kill -9 of nginx-rtmp's worker: no publish_done ever comes",
    show: { reconnects: "same ingest" },
    takenOver: false,
    limits: RECONNECT_LIMITS,
    inject: killWorker,
    after: checks(oneOwnerServes, isMarked),
  },
  {
    id: "F-13d",
    name: "an nginx-rtmp dies for good: the channel follows its encoder to another",
    show: { reconnects: "next ingest" },
    takenOver: false,
    limits: RECONNECT_LIMITS,
    inject: keepKilling(12_000),
    after: checks(oneOwnerServes, isMarked),
  },
  {
    id: "F-15a",
    name: "two encoders with one key compete: after three take-overs the incumbent stays",
    show: { reconnects: "same ingest" },
    takenOver: false,
    limits: { callMs: 1_000, stillMs: 10_000, silentMs: 3_000 },
    inject: encodersCompete(25_000),
    after: checks(oneOwnerServes, isMarked),
  },
  {
    id: "F-15b",
    name: "publish hooks of older sessions arrive late",
    takenOver: false,
    limits: { callMs: 1_000, stillMs: 3_000, silentMs: 3_000 },
    inject: lateHook,
    after: isUnmarked,
  },
  {
    id: "E-04a",
    name: "the owner's pulls are lost on their way to nginx-rtmp, which has the encoder: the channel is handed over",
    takenOver: true,
    limits: { takeOverMs: 11_000, pictureMs: 15_000, silentMs: 5_000 },
    inject: cutPulls("blackhole"),
    after: checks(oneOwnerServes, isUnmarked),
  },
  {
    id: "E-04b",
    name: "the owner's pulls are refused although nginx-rtmp has the encoder: the channel is handed over",
    takenOver: true,
    limits: { takeOverMs: 3_000, pictureMs: 7_000, silentMs: 5_000 },
    inject: cutPulls("refuse"),
    after: checks(oneOwnerServes, isUnmarked),
  },
  {
    id: "E-04c",
    name: "all traffic from the owner to nginx-rtmp is lost, status requests too: the channel is handed over",
    takenOver: true,
    limits: { takeOverMs: 9_000, pictureMs: 13_000, silentMs: 5_000 },
    inject: cutPulls("blackhole all"),
    after: checks(oneOwnerServes, isUnmarked),
  },
];
