// The process that decodes one picture of a stranger, draws it in all widths of its kind, and ends. It runs in the sandbox.

import sharp from "sharp";
import { confine, dieWithInput } from "#runtime/process/confine.ts";
import { PICTURE_BYTES_MAX, PICTURE_PIXELS_MAX, PICTURE_SHAPES, type PictureKind } from "#schema/wire/pictures.ts";
import { drawEmote } from "./draw-emote.ts";
import { type Drawn, LENGTH_BYTES, readArguments } from "./drawing.ts";

/** Three times the pixels of the largest picture, at four bytes each, and what the runtime and the stacks of its threads take. */
const MEMORY_BYTES_MAX = 768 * 1024 * 1024;
const WEBP = { quality: 82, effort: 4 };
/** Damage is refused, what a decoder only warns of is not. */
const READ = { limitInputPixels: PICTURE_PIXELS_MAX, failOn: "error" } as const;

async function main() {
  const { kind, userId } = readArguments(process.argv.slice(2));
  // Four loaders alone: by default a file may be SVG, AVIF, PDF or a matrix of numbers, whatever its first bytes are.
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: ["Jpeg", "Png", "Webp", "Nsgif"].map((name) => `VipsForeignLoad${name}Buffer`) });
  sharp.cache(false);
  sharp.concurrency(1);
  confine({ userId, memoryBytesMax: MEMORY_BYTES_MAX });
  const reader = Bun.stdin.stream().getReader();
  const { file, rest } = await readFile(reader);
  if (rest > 0) throw new Error("more than one file");
  void dieWithInput(reader);
  const drawn = await (kind === "emote" ? drawEmote(file) : draw(file, kind)).catch(refusalOf);
  const { pictures = [], ...facts } = "refused" in drawn ? { pictures: [], ...drawn } : drawn;
  const said: Drawn = "refused" in facts ? facts : { ...facts, lengths: pictures.map(({ length }) => length) };
  await Bun.write(Bun.stdout, Buffer.concat([Buffer.from(`${JSON.stringify(said)}\n`), ...pictures]));
  process.exit(0);
}

async function readFile(reader: ReadableStreamDefaultReader<Uint8Array>) {
  const chunks: Uint8Array[] = [];
  let got = 0;
  const wanted = () => (got < LENGTH_BYTES ? null : LENGTH_BYTES + Buffer.concat(chunks).readUInt32BE());
  let whole = wanted();
  while (whole === null || got < whole) {
    const { done, value } = await reader.read();
    if (done) throw new Error("the file was cut off");
    chunks.push(value);
    got += value.length;
    whole ??= wanted();
    if (whole !== null && whole > LENGTH_BYTES + PICTURE_BYTES_MAX) throw new Error("the file is too large");
  }
  return { file: Buffer.concat(chunks).subarray(LENGTH_BYTES, whole), rest: got - whole };
}

/** WebP in ascending widths: upright, in sRGB, the first frame of an animation, and nothing else that was in the file. */
async function draw(file: Uint8Array, kind: PictureKind): Promise<{ pictures: Buffer[] }> {
  const { widths, ratio } = PICTURE_SHAPES[kind];
  const sizes = widths.map((width) => ({ width, height: Math.round(width / ratio) }));
  // A file is decoded once; the smaller ones are made of the largest.
  const { data, info } = await sharp(file, READ)
    .autoOrient()
    .resize({ ...sizes.at(-1)!, fit: "cover", position: "centre" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const pictures: Buffer[] = [];
  for (const size of sizes) pictures.push(await sharp(data, { raw }).resize(size).webp(WEBP).toBuffer());
  return { pictures };
}

/** What the machine has no room for now is not to blame on the file: this process ends with an error, and another try may work. */
const SHORTAGE = /temporarily unavailable|cannot allocate|out of memory/i;

function refusalOf(error: unknown): Extract<Drawn, { refused: string }> {
  if (error instanceof Error && SHORTAGE.test(error.message)) throw error;
  const isTooLarge = error instanceof Error && /pixel limit/.test(error.message);
  return { refused: isTooLarge ? "picture_too_large" : "picture_broken" };
}

await main();
