// What one picture costs the packager in processor time, without encoder, intake and network.
//
//   bun ops/tests/bench/packager-fragment.ts [minutes of media] [bytes a picture]

import { ManualClock } from "#runtime/base/clock.ts";
import { Packager } from "#transcoding/packager/packager.ts";
import { fakeFragment, fakeInit, fakePicture } from "#transcoding/packager/testing-fragments.ts";

const MINUTES = Number(process.argv[2] ?? 10);
const FRAME_BYTES = Number(process.argv[3] ?? 12_000);
const FRAME_MS = 1000 / 30;
const FRAMES_A_MINUTE = 30 * 60;

function packagerWithoutSaves(): Packager {
  const clock = new ManualClock();
  const packager: Packager = new Packager({
    ...{ broadcastId: "b", epoch: 1, renditions: ["source"], clock, resume: null, startNumber: 0 },
    onEvent: (event) => event.type === "opened" && packager.covered(event.number, clock.monoMs()),
  });
  return packager;
}

function asBytes(): number {
  const packager = packagerWithoutSaves();
  const sink = packager.begin({ session: "s", attempt: 1, baseMs: 0 }).sink("source");
  sink.push(fakeInit().bytes);
  return measured(
    (n) => picture(n),
    (bytes) => sink.push(bytes),
    () => packager.stop(),
  );
}

function asFragments(): number {
  const packager = packagerWithoutSaves();
  const { source } = packager.begin({ session: "s", attempt: 1, baseMs: 0 });
  source.init(fakeInit());
  return measured(
    fragment,
    (one) => source.fragment(one),
    () => packager.stop(),
  );
}

/** Beside a source of tiny pictures, whose cost is counted too. */
function withRung(): number {
  const packager = packagerWithoutSaves();
  const attempt = packager.begin({ session: "s", attempt: 1, baseMs: 0 });
  const { source } = attempt;
  const init = fakeInit();
  source.init(init);
  const sink = attempt.rung("480p");
  sink.push(init.bytes);
  const tiny = (n: number) => fakeFragment(init, { ...pictureAt(n), bytes: 16 });
  return measured(
    (n) => ({ tiny: tiny(n), bytes: picture(n) }),
    (one) => {
      source.fragment(one.tiny);
      sink.push(one.bytes);
    },
    () => packager.stop(),
  );
}

function pictureAt(n: number) {
  return { atMs: 1000 + n * FRAME_MS, durationMs: FRAME_MS, key: n % 60 === 0, bytes: FRAME_BYTES };
}

function picture(n: number) {
  return fakePicture(pictureAt(n));
}

const SOURCE = fakeInit();
const fragment = (n: number) => fakeFragment(SOURCE, pictureAt(n));

/** Nanoseconds of processor time of `use`. */
function measured<T>(make: (n: number) => T, use: (made: T) => void, stop: () => void): number {
  let spentUs = 0;
  for (let minute = 0; minute < MINUTES; minute++) {
    const made = Array.from({ length: FRAMES_A_MINUTE }, (_, i) => make(minute * FRAMES_A_MINUTE + i));
    const before = process.cpuUsage();
    for (const one of made) use(one);
    const { user, system } = process.cpuUsage(before);
    spentUs += user + system;
  }
  stop();
  return Math.round((spentUs * 1000) / (MINUTES * FRAMES_A_MINUTE));
}

for (let round = 0; round < 3; round++)
  console.log(`ns a picture: ${asBytes()} as bytes, ${asFragments()} parsed already, ${withRung()} as a rung's bytes`);
