// What is wrong with what became of an odd upload; nothing: an empty list.

import { lookAt } from "./flash-and-beep.ts";
import type { OddUpload } from "./odd-uploads.ts";
import type { Pipeline } from "./pipeline.ts";

/** Flash and beep may be so far from where they belong, and from each other. */
const PLACE_TOLERANCE_S = 0.1;
const APART_MAX_S = 0.08;
/** Two frames of AAC. */
const SOUND_TOLERANCE_S = 0.045;
const TOLERANCE_S = 0.15;

export async function faultsOf({ name, make, expected }: OddUpload, pipeline: Pipeline): Promise<string[]> {
  await make(pipeline, name);
  const made = await pipeline.process(name);
  if ("refused" in expected)
    return made.type === "refused" && made.code === expected.refused ? [] : [`not refused: ${JSON.stringify(made)}`];
  if (made.type === "refused") return [`refused: ${made.code}, ${made.detail}`];
  const seen = await lookAt(made.path);
  const faults: string[] = [];
  const check = (right: boolean, what: unknown) => {
    if (!right) faults.push(String(what));
  };
  const near = (a: number, b: number, by: number) => Math.abs(a - b) <= by;
  const { width = 320, height = 180, seconds, toleranceS = TOLERANCE_S, sound = true } = expected;
  check(seen.width === width && seen.height === height, `${seen.width}x${seen.height}`);
  check(near(seen.pictureEndS, seconds, toleranceS), `picture of ${seen.pictureEndS} s`);
  check(seen.codec === "h264" && seen.pixelFormat === "yuv420p" && seen.pixelAspect === "1:1", JSON.stringify(seen));
  check(seen.transfer === "bt709", `transfer ${seen.transfer}`);
  check(seen.fps >= 1 && seen.fps <= 60.01, `${seen.fps} pictures a second`);
  check((seen.sound !== null) === sound, `sound: ${seen.sound !== null}`);
  if (seen.sound) {
    check(seen.sound.codec === "aac" && seen.sound.channels === 2, JSON.stringify(seen.sound));
    check(near(seen.sound.startS, 0, SOUND_TOLERANCE_S), `sound begins at ${seen.sound.startS}`);
    check(near(seen.sound.endS, seen.pictureEndS, SOUND_TOLERANCE_S), `sound ends at ${seen.sound.endS}`);
  }
  for (const { name: rung, segments } of made.renditions) {
    const listed = segments.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1_000;
    check(near(listed, seen.pictureEndS, PLACE_TOLERANCE_S), `${rung} lists ${listed} s`);
    check(
      segments.every(({ keyed, durationMs }) => keyed && durationMs > 0),
      `${rung} has a segment without keyframe`,
    );
  }
  for (const [what, found, wanted] of [
    ["flashes", seen.flashes, expected.flashes],
    ["beeps", seen.sound?.beeps ?? [], expected.beeps],
  ] as const)
    if (wanted)
      check(
        found.length === wanted.length && found.every((atS, i) => near(atS, wanted[i]!, PLACE_TOLERANCE_S)),
        `${what} at ${found}`,
      );
  if (expected.flashes && expected.beeps)
    for (const flash of seen.flashes) {
      const beep = seen.sound?.beeps.find((atS) => near(atS, flash, 0.5));
      check(beep === undefined || near(beep, flash, APART_MAX_S), `flash at ${flash}, beep at ${beep}`);
    }
  const { topLeft = "red", warning } = expected;
  check(topLeft === null || COLOURS[topLeft](seen.topLeft), `top left is ${seen.topLeft}`);
  check(warning ? warning.test(made.warning ?? "") : made.warning === null, `warning: ${made.warning}`);
  return faults;
}

type Colour = [red: number, green: number, blue: number];
const COLOURS: Record<"red" | "green" | "blue" | "grey", (colour: Colour) => boolean> = {
  red: ([red, green, blue]) => red > 150 && green < 100 && blue < 100,
  green: ([red, green, blue]) => green > 150 && red < 110 && blue < 110,
  blue: ([red, green, blue]) => blue > 150 && red < 100 && green < 100,
  grey: ([red, green, blue]) => Math.max(red, green, blue) - Math.min(red, green, blue) < 30 && red > 60 && red < 200,
};
