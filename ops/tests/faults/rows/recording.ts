// Rows about recordings: the object store fails, the disk of its spool is full, what is written is torn. Live goes on, and the recording is
// whole or marked.

import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "#ops/tests/support/until.ts";
import { objectsAreDamaged, putsBreakOff, storeDies, storeFails } from "../injections/object-store.ts";
import type { SpoolDisk } from "../injections/spool-disk.ts";
import type { Scene } from "../scene.ts";
import { hasCaughtUp, isKept, type Kept, lostSegments, videoOf } from "../watch/recording.ts";
import type { FaultRow } from "./fault-row.ts";
import { killOwner } from "./owner.ts";

const LIVE: FaultRow["limits"] = { callMs: 1_000, stillMs: 3_000, silentMs: 3_000 };
const TAKEN_OVER: FaultRow["limits"] = { callMs: 1_500, lineMs: 3_000, pictureMs: 4_000, numberMs: 6_000 };
/** The encoder's 2.6 Mbit/s fill the memory of a recorder in 50 s; what comes then is in the spool. */
const SPOOLING_MS = 75_000;
const SPOOLED_AFTER_MS = 65_000;
/** Room for about 6 s of it. */
const ROOM_BYTES = 2_000_000;

interface RecordingRow extends Pick<FaultRow, "id" | "name" | "inject"> {
  takenOver?: boolean;
  kept?: Kept;
}

const recordingRow = ({ kept, takenOver = false, ...row }: RecordingRow): FaultRow => ({
  ...row,
  show: { sockets: 20 },
  takenOver,
  limits: takenOver ? TAKEN_OVER : LIVE,
  ...(!takenOver && { socketsStay: true }),
  after: hasCaughtUp,
  afterEnd: isKept(kept),
});

/** Of the encoder, with keyframes 2 s apart. */
const SEGMENT_MS_MAX = 2_100;

/** `disk`: of the stage's spool. */
export const recordingRows = (disk: () => SpoolDisk): FaultRow[] => [
  recordingRow({
    id: "F-11a",
    name: "the object store answers 500 to all that is written, for longer than the memory lasts",
    inject: storeFails({ fault: { diskFull: true }, ms: SPOOLING_MS, late: spooled(disk) }),
  }),
  recordingRow({
    id: "F-11b",
    name: "the object store takes connections and answers nothing for 30 s",
    inject: storeFails({ fault: { hangs: true }, ms: 30_000 }),
  }),
  recordingRow({
    id: "F-11c",
    name: "the object store takes 1 KB/s for 30 s",
    inject: storeFails({ fault: { bytesPerSecond: 1_024 }, ms: 30_000 }),
  }),
  recordingRow({
    id: "F-11d",
    name: "the object store answers 503 SlowDown to 7 of 10 requests for 30 s",
    inject: storeFails({ fault: { refusedShare: 0.7 }, ms: 30_000 }),
  }),
  recordingRow({
    id: "F-11e",
    name: "the object store is killed five times while it is written to",
    inject: storeDies(5),
  }),
  recordingRow({
    id: "F-11f",
    name: "the owner is killed while the object store is away and its spool is in use",
    takenOver: true,
    inject: whileAway(killOwner),
  }),
  recordingRow({
    id: "F-12a",
    name: "the disk of the spool is full while the object store is away: what has no room is marked",
    inject: fullSpool(disk),
    kept: { lostMsMin: 1_000, lostMsMax: SPOOLING_MS },
  }),
  recordingRow({
    id: "F-23a",
    name: "connections to the object store are reset in the middle of eight segments",
    inject: putsBreakOff(8),
  }),
  recordingRow({
    id: "F-23b",
    name: "the owner dies, and of its spool one file is cut and one has a wrong byte",
    takenOver: true,
    inject: tornSpool(disk),
    kept: { lostMsMax: 2 * SEGMENT_MS_MAX },
  }),
  recordingRow({
    id: "F-23c",
    name: "an object is cut in the store, another one has a wrong byte: the operator's tool names both",
    inject: objectsAreDamaged,
  }),
];

const ownerPid = ({ stage, owner }: Scene) => stage.system.pidOf(owner.node);

/** Proof that the spool was in use. */
function spooled(disk: () => SpoolDisk) {
  return {
    afterMs: SPOOLED_AFTER_MS,
    async work(scene: Scene) {
      const files = disk().segments(ownerPid(scene), await videoOf(scene));
      if (files.length === 0) throw new Error("nothing is in the spool");
      return `${files.length} segments were in the spool`;
    },
  };
}

/** The object store fails long enough for the spool to be in use; then `fault` strikes, from which recovery counts. */
const whileAway =
  (fault: (scene: Scene) => Promise<string>) =>
  (scene: Scene): Promise<string> =>
    storeFails({
      fault: { refusedShare: 1 },
      ms: SPOOLING_MS,
      late: { afterMs: SPOOLED_AFTER_MS, work: () => fault(scene) },
    })({ ...scene, strike() {}, over() {} });

function fullSpool(disk: () => SpoolDisk) {
  return async (scene: Scene): Promise<string> => {
    const { stage } = scene;
    const lostBefore = await lostSegments(stage);
    disk().fill(ROOM_BYTES);
    try {
      const proof = await storeFails({ fault: { diskFull: true }, ms: SPOOLING_MS })(scene);
      const lost = (await lostSegments(stage)) - lostBefore;
      if (lost === 0) throw new Error("nothing was lost");
      if (!stage.system.logs(scene.owner.node).includes("a segment of the recording is lost"))
        throw new Error("the log does not say so");
      return `${proof}; ${disk().freeBytes} bytes were free`;
    } finally {
      disk().empty();
    }
  };
}

/** The owner stands still while its files are damaged, and dies before it goes on. */
const tornSpool = (disk: () => SpoolDisk) =>
  whileAway(async (scene) => {
    const videoId = await videoOf(scene);
    const pid = ownerPid(scene);
    const files = await until("files in the spool", () => {
      const names = disk().segments(pid, videoId);
      return names.length >= 3 ? names : null;
    });
    process.kill(pid, "SIGSTOP");
    const [cut, wrong] = files.map((name) => join(disk().folder(pid, videoId), name));
    const bytes = readFileSync(wrong!);
    truncateSync(cut!, bytes.length >> 1);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(wrong!, bytes);
    return `${files[0]} of ${files.length} was cut, ${files[1]} got a wrong byte; ${await killOwner(scene)}`;
  });
