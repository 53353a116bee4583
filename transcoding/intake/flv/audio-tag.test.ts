import { expect, test } from "bun:test";
import fc from "fast-check";
import { patient } from "#schema/testing-slowness.ts";
import { parseAsc, sameSound } from "./aac-config.ts";
import { readAudioTag, SOUND_BYTES_MAX } from "./audio-tag.ts";
import { HeaderError } from "./bits.ts";
import { flvMessages } from "./flv-file.ts";
import { makeFlv } from "./testing.ts";

const hex = (text: string) => parseAsc(Buffer.from(text, "hex"));

test("rate and channels are as FFmpeg was told", { timeout: patient(20_000) }, async () => {
  for (const [audio, sampleRate, channels] of [
    ["-ac 1 -ar 44100", 44_100, 1],
    ["-ac 2 -ar 48000", 48_000, 2],
    ["-ac 6 -ar 48000", 48_000, 6],
    ["-ac 1 -ar 22050", 22_050, 1],
  ] as const) {
    const messages = flvMessages(await makeFlv({ seconds: 0.2, size: "32x32", audio }));
    const tags = messages.filter(({ type }) => type === 8).map(({ body }) => readAudioTag(body));
    expect(tags[0]).toMatchObject({
      kind: "header",
      config: { sampleRate, channels, frameSamples: 1024, codec: "mp4a.40.2" },
    });
    expect(tags.slice(1).every(({ kind }) => kind === "sound")).toBe(true);
  }
});

test("SBR and PS are found, said first or said behind", () => {
  expect(hex("1190")).toMatchObject({ codec: "mp4a.40.2", sampleRate: 48_000, channels: 2, sbr: false, ps: false });
  expect(hex("2b11880000")).toMatchObject({ codec: "mp4a.40.5", sampleRate: 24_000, sbr: true, ps: false });
  expect(hex("eb098800")).toMatchObject({ codec: "mp4a.40.29", sampleRate: 24_000, channels: 1, sbr: true, ps: true });
  expect(hex("131056e59d4880")).toMatchObject({ codec: "mp4a.40.2", sampleRate: 24_000, sbr: true, ps: true });
  expect(hex("119056e500")).toMatchObject({ sbr: false, ps: false });
});

test("frames of 960 samples, a rate of its own and a layout of its own are read", () => {
  expect(hex("1194")).toMatchObject({ frameSamples: 960 });
  expect(hex("17805dc010")).toMatchObject({ sampleRate: 48_000, channels: 2 });
  // A program_config_element with one pair in front and one LFE channel.
  expect(hex("1180" + "04c402002080")).toMatchObject({ channelConfiguration: 0 });
});

test("sound in two and in five bytes is the same sound; another rate, layout or SBR is not", () => {
  expect(sameSound(hex("1190"), hex("119056e500"))).toBe(true);
  for (const other of ["1210", "1188", "119056e580", "1194"]) expect(sameSound(hex("1190"), hex(other))).toBe(false);
});

test("sound that browsers cannot play is named", () => {
  const named = (...bytes: number[]) => readAudioTag(Uint8Array.of(...bytes, 0, 0, 0));
  expect(named(0x2f)).toEqual({ kind: "unsupported", codec: "MP3" });
  expect(named(0xb2)).toEqual({ kind: "unsupported", codec: "Speex" });
  expect(named(0x9f)).toEqual({ kind: "unsupported", codec: "unknown (enhanced RTMP)" });
  expect(readAudioTag(Uint8Array.of(0xaf, 0, 0x09, 0x90))).toEqual({
    kind: "unsupported",
    codec: "AAC of object type 1",
  });
  expect(readAudioTag(Uint8Array.of(0xaf, 0, 0x11))).toEqual({
    kind: "unsupported",
    codec: "AAC with a header that cannot be read",
  });
});

test("an empty message and one that no AAC frame can fill are no sound", () => {
  for (const bytes of [[], [0xaf], [0xaf, 1], [0xaf, 2, 9]])
    expect(readAudioTag(Uint8Array.from(bytes))).toEqual({ kind: "nothing" });
  const body = new Uint8Array(2 + SOUND_BYTES_MAX + 1).fill(0xaf);
  body[1] = 1;
  expect(readAudioTag(body)).toEqual({ kind: "nothing" });
  expect(readAudioTag(body.subarray(0, -1))).toMatchObject({ kind: "sound" });
});

test("no bytes make a parser throw anything but HeaderError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        const { channels, sampleRate } = parseAsc(bytes);
        expect(channels > 0 && sampleRate > 0).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(HeaderError);
      }
      readAudioTag(bytes);
    }),
    { numRuns: 2_000 },
  );
});
