import { beforeAll, expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { patient } from "#schema/testing-slowness.ts";
import { Splitter } from "../fmp4/splitter.ts";
import { flvMessages } from "./flv/flv-file.ts";
import { makeFlv } from "./flv/testing.ts";
import type { RtmpMessage } from "./rtmp/message.ts";
import { complaints, seams, spans, TestIntake } from "./testing.ts";

const SLOW = { timeout: patient(30_000) };
/** 6 s with B-frames, and the same without sound, in another size, with other sound. */
let plain: RtmpMessage[];
let mute: RtmpMessage[];
let portrait: RtmpMessage[];
let mono: RtmpMessage[];

beforeAll(async () => {
  const make = async (source: Parameters<typeof makeFlv>[0]) =>
    flvMessages(await makeFlv({ seconds: 6, size: "160x90", video: "-bf 2 -pix_fmt yuv420p", ...source }));
  plain = await make({ audio: "-ac 2" });
  mute = await make({ audio: null });
  portrait = await make({ size: "90x160", audio: "-ac 2" });
  mono = await make({ audio: "-ac 1 -ar 44100" });
}, patient(60_000));

const isHeader = ({ type, body }: RtmpMessage) => (type === 8 || type === 9) && body[1] === 0;
const isPicture = ({ type, body }: RtmpMessage) => type === 9 && body[1] === 1;
const ofType = (messages: RtmpMessage[], type: number) => messages.filter((one) => one.type === type);
const later = (byMs: number) => (message: RtmpMessage) => ({ ...message, timestamp: message.timestamp + byMs });
const body = (...bytes: number[]) => Uint8Array.from(bytes);

test("each picture is a fragment at once, and the whole decodes without a word", SLOW, async () => {
  const one = new TestIntake();
  one.play(plain);
  one.intake.close();
  expect(one.outputs).toHaveLength(1);
  const { init, fragments } = one.outputs[0]!;
  expect(init).toMatchObject({
    silent: false,
    video: { width: 160, height: 90, fps: 30 },
    audio: { sampleRate: 48_000 },
  });
  const pictures = fragments.filter(({ tracks }) => tracks.some(({ track }) => track.kind === "video"));
  expect(pictures).toHaveLength(plain.filter(isPicture).length);
  expect(pictures.filter(({ key }) => key)).toHaveLength(6);
  expect(pictures[0]).toMatchObject({ key: true, atMs: 1_000 });
  const sounds = fragments.flatMap(({ tracks }) => tracks.filter(({ track }) => track.kind === "audio"));
  expect(sounds.reduce((sum, { samples }) => sum + samples, 0)).toBe(plain.filter((m) => m.type === 8).length - 1);
  expect(seams(fragments, "audio")).toEqual({ gapMs: 0, overlapMs: 0 });
  expect(seams(fragments, "video").gapMs).toBe(0);
  expect(seams(fragments, "video").overlapMs).toBeLessThanOrEqual(1.01);
  expect(await complaints(one.file())).toBe("");
  expect(one.names).toEqual(["attached"]);
  expect(one.intake.clockState?.baseMs).toBeGreaterThan(0);
});

test("the splitter reads the same tracks, times and keyframes from the bytes", () => {
  const one = new TestIntake();
  one.play(plain);
  const { init, fragments } = one.outputs[0]!;
  const again: unknown[] = [];
  const splitter = new Splitter({
    init: (_, tracks) => expect(tracks).toEqual(init.tracks),
    fragment: ({ tracks }) => again.push(tracks),
  });
  splitter.push(one.file());
  expect(again).toEqual(fragments.map(({ tracks }) => tracks));
});

test("presentation times are those of the encoder, to the millisecond, whatever the decode times are", () => {
  const one = new TestIntake();
  one.play(plain, later(0x7fff_fff0));
  const shown = one.fragments.flatMap(({ tracks }) =>
    tracks.filter(({ track }) => track.kind === "video").map(({ firstPts }) => firstPts / 90),
  );
  const told = plain.filter(isPicture).map(({ timestamp, body }) => timestamp + body[3]! * 256 + body[4]!);
  expect(shown.map((ms) => ms - shown[0]!)).toEqual(told.map((ms) => ms - told[0]!));
});

test("the ladder gets what the source is, headers first, on the session's clock", () => {
  const one = new TestIntake();
  one.play(plain);
  one.intake.close();
  expect(one.tags.slice(0, 2).map(({ type, header, atMs }) => [type, header, atMs])).toEqual([
    [9, true, 1_000],
    [8, true, 1_000],
  ]);
  const tags = one.tags.slice(2);
  expect(tags.filter(({ type }) => type === 9).map(({ body }) => body)).toEqual(
    plain.filter(isPicture).map(({ body }) => body),
  );
  expect(tags.filter(({ key }) => key)).toHaveLength(6);
  const sounds = tags.filter(({ type }) => type === 8);
  expect(sounds.map(({ body }) => Bun.hash(body))).toEqual(
    plain.filter((m) => m.type === 8 && !isHeader(m)).map(({ body }) => Bun.hash(body)),
  );
});

test("a source without sound gets a silent track at once", SLOW, async () => {
  const one = new TestIntake();
  one.play(mute);
  one.intake.close();
  expect(one.outputs[0]!.init).toMatchObject({ silent: true, audio: { sampleRate: 48_000, channels: 2 } });
  expect(one.names).toEqual(["attached", "silenceBegan"]);
  const [first, ...sounds] = spans(one.fragments, "audio");
  expect(first!.fromMs).toBe(1_000);
  expect(sounds.at(-1)!.toMs).toBeGreaterThan(6_900);
  expect(seams(one.fragments, "audio")).toEqual({ gapMs: 0, overlapMs: 0 });
  expect(await complaints(one.file())).toBe("");
});

test("sound that begins late, stops and comes back is laid between silence, under the same init", SLOW, async () => {
  const one = new TestIntake();
  const heard = ({ timestamp }: RtmpMessage) => timestamp > 2_000 && (timestamp < 3_000 || timestamp > 4_600);
  one.play(plain, (message) => (message.type !== 8 || (heard(message) && !isHeader(message)) ? message : null));
  expect(one.outputs).toHaveLength(1);
  expect(spans(one.fragments, "audio").at(-1)!.toMs).toBeGreaterThan(6_800);
  expect(one.names.filter((name) => name.startsWith("silence"))).toEqual(["silenceBegan"]); // No header: all is silence.
  const two = new TestIntake();
  const header = plain.find((message) => message.type === 8 && isHeader(message))!;
  let told = false;
  two.play(plain, (message) => {
    if (message.type !== 8 || isHeader(message)) return message.type === 8 ? null : message;
    if (!heard(message)) return null;
    if (!told) two.pull.onMessage(header);
    told = true;
    return message;
  });
  two.intake.close();
  expect(two.outputs).toHaveLength(1);
  expect(two.names.filter((name) => name.startsWith("silence"))).toEqual([
    "silenceBegan",
    "silenceEnded",
    "silenceBegan",
    "silenceEnded",
  ]);
  expect(seams(two.fragments, "audio").gapMs).toBeLessThan(11);
  expect(seams(two.fragments, "audio").overlapMs).toBe(0);
  expect(await complaints(two.file())).toBe("");
});

test("another picture or another sound is a new init at the next keyframe, and both halves decode", SLOW, async () => {
  for (const [other, changed] of [
    [portrait, { video: true, audio: false }],
    [mono, { video: true, audio: true }],
  ] as const) {
    const one = new TestIntake();
    one.play(plain);
    one.play(other, later(6_000));
    one.intake.close();
    expect(one.outputs).toHaveLength(2);
    expect(one.facts).toContainEqual({ fact: "configChanged", ...changed, video: other === portrait });
    expect(one.outputs[1]!.fragments[0]).toMatchObject({ key: true });
    expect(await complaints(one.file(0))).toBe("");
    expect(await complaints(one.file(1))).toBe("");
    const ends = spans(one.outputs[0]!.fragments, "audio").at(-1)!.toMs;
    expect(spans(one.outputs[1]!.fragments, "audio")[0]!.fromMs).toBeGreaterThanOrEqual(ends - 0.03);
  }
});

test(
  "an encoder that comes back on the same pull goes on under the same init, behind a hole as long as it was away",
  SLOW,
  async () => {
    const one = new TestIntake();
    one.play(plain);
    one.clock.advance(2_000);
    one.play(plain, later(987_654_321));
    one.intake.close();
    expect(one.outputs).toHaveLength(1);
    const { gapMs } = seams(one.fragments, "video");
    expect(Math.abs(gapMs - 2_000)).toBeLessThan(100);
    expect(seams(one.fragments, "audio").gapMs).toBeLessThan(25);
    expect(await complaints(one.file())).toBe("");
    expect(one.facts.filter(({ fact }) => fact === "metaData")).toHaveLength(2);
  },
);

test("messages of a server whose sound header comes last, below the keyframe, are held until it is known", () => {
  const one = new TestIntake();
  const [videoHeader, audioHeader] = [9, 8].map((type) => plain.find((m) => m.type === type && isHeader(m))!);
  const [key, next] = plain.filter(isPicture);
  one.pull.onMessage(videoHeader!);
  one.pull.onMessage({ type: 8, timestamp: 5_000, body: body() });
  one.pull.onMessage({ ...key!, timestamp: 5_000 });
  one.clock.advance(41);
  expect([one.outputs.length, one.intake.heldBytes]).toEqual([0, key!.body.length]);
  one.pull.onMessage({ ...audioHeader!, timestamp: 4_980 });
  expect(one.outputs[0]!.init.silent).toBe(false);
  one.pull.onMessage({ ...next!, timestamp: 5_033 });
  expect(one.fragments.map(({ atMs }) => atMs)).toEqual([1_000, 1_033]);
});

test("a source without sound begins 200 ms behind its keyframe, also when nothing more comes", () => {
  const one = new TestIntake();
  one.play(mute.slice(0, 3));
  one.clock.advance(199);
  expect(one.outputs).toHaveLength(0);
  one.clock.advance(1);
  expect(one.fragments).toHaveLength(1);
});

test("what cannot be shown is told: other codecs, pictures without header, broken headers", () => {
  const cases: [string, (message: RtmpMessage) => RtmpMessage | null][] = [
    [
      "unsupported_video_codec",
      (m) => (m.type === 9 ? { ...m, body: body((m.body[0]! & 0xf0) | 12, ...m.body.subarray(1)) } : m),
    ],
    ["unsupported_audio_codec", (m) => (m.type === 8 ? { ...m, body: body(0x2f, ...m.body.subarray(1)) } : m)],
    ["no_codec_header", (m) => (m.type === 9 && isHeader(m) ? null : m)],
    ["no_codec_header", (m) => (m.type === 9 && isHeader(m) ? { ...m, body: m.body.subarray(0, 15) } : m)],
    ["no_video", (m) => (m.type === 9 ? null : m)],
  ];
  for (const [code, as] of cases) {
    const one = new TestIntake();
    one.play(plain, as);
    one.play(plain, (message) => (message.type === 18 ? null : as(later(6_000)(message))));
    one.clock.advance(1_000);
    expect([code, one.names]).toEqual([code, ["attached", code]]);
    expect(one.outputs).toEqual([]);
    expect(one.ends).toEqual([]);
    one.play(plain, later(20_000));
    expect(one.facts.filter(({ fact }) => fact === "problemOver")).toEqual([{ fact: "problemOver", code } as never]);
    expect(one.outputs).toHaveLength(1);
  }
});

test("sound that cannot be played, in mid-stream, is replaced by silence and told", () => {
  const one = new TestIntake();
  one.play(plain);
  one.play(plain, (m) => later(6_000)(m.type === 8 ? { ...m, body: body(0x2f, 1, 2, 3) } : m));
  expect(one.outputs).toHaveLength(1);
  expect(one.names).toContain("unsupported_audio_codec");
  expect(one.names.at(-1)).toBe("silenceBegan");
  expect(spans(one.fragments, "audio").at(-1)!.toMs).toBeGreaterThan(12_900);
});

test("pictures that stop while the sound goes on are told after 10 s, and taken back", () => {
  const one = new TestIntake();
  one.play(plain);
  for (let i = 1; i < 4; i++) one.play(plain, (m) => (m.type === 9 ? null : later(6_000 * i)(m)));
  expect(one.names.slice(-1)).toEqual(["no_video"]);
  one.play(plain, later(24_000));
  expect(one.facts).toContainEqual({ fact: "problemOver", code: "no_video" });
  expect(spans(one.fragments, "audio").at(-1)!.toMs).toBeGreaterThan(30_000);
});

test("broken pictures are left out and told, and the others decode", SLOW, async () => {
  const one = new TestIntake();
  let pictures = 0;
  one.play(plain, (m) => (isPicture(m) && ++pictures % 30 === 29 ? { ...m, body: m.body.subarray(0, -2) } : m));
  expect(one.facts).toContainEqual({ fact: "damagedPictures", times: 1 });
  expect(one.fragments.filter(({ tracks }) => tracks[0]!.track.kind === "video")).toHaveLength(180 - 6);
  expect(seams(one.fragments, "video").gapMs).toBe(0);
});

test("a composition time that cannot be true is not believed, for the ladder neither", () => {
  const one = new TestIntake();
  let pictures = 0;
  one.play(plain, (m) =>
    isPicture(m) && ++pictures === 50
      ? { ...m, body: body(...m.body.subarray(0, 2), 0x7f, 0, 0, ...m.body.subarray(5)) }
      : m,
  );
  const leads = one.fragments
    .flatMap(({ tracks }) => tracks.filter(({ track }) => track.kind === "video"))
    .map((t) => t.firstPts - t.decodeTime);
  expect(Math.max(...leads)).toBeLessThan(90 * 200);
  expect(Math.max(...one.tags.filter(({ type, header }) => type === 9 && !header).map(({ body }) => body[2]!))).toBe(0);
});

test("keyframes without an IDR picture are told, and are no keyframes of the source", SLOW, async () => {
  const video = "-preset fast -bf 0 -pix_fmt yuv420p -g 30 -x264-params intra-refresh=1 -force_key_frames 0";
  const refreshed = flvMessages(await makeFlv({ seconds: 3, size: "160x90", video, audio: "-ac 2" }));
  const one = new TestIntake();
  one.play(refreshed);
  expect(one.names).toContain("intraRefresh");
  expect(one.fragments.filter(({ key }) => key)).toHaveLength(1);
  expect(one.tags.filter(({ key }) => key).length).toBeGreaterThan(1);
});

test("a source that changes its header with each picture gets an init a second at most", () => {
  const [first, second] = [plain, portrait].map((messages) => messages.find((m) => m.type === 9 && isHeader(m))!);
  const one = new TestIntake();
  const key = plain.find(isPicture)!;
  one.pull.onMessage(plain.find((m) => m.type === 8 && isHeader(m))!);
  for (let i = 0; i < 300; i++) {
    one.clock.advance(33);
    one.pull.onMessage({ ...(i % 2 ? first : second)!, timestamp: i * 33 });
    one.pull.onMessage({ ...key, timestamp: i * 33 });
  }
  expect(one.outputs.length).toBeGreaterThan(5);
  expect(one.outputs.length).toBeLessThanOrEqual(10);
});

test("each end of a pull has its reason, and a close sends what is held and then nothing", () => {
  const end = (act: (one: TestIntake) => void) => {
    const one = new TestIntake();
    act(one);
    return [one.ends, one.pullClosed];
  };
  expect(end((one) => one.pull.onClose("closed by the server", "closed"))).toEqual([
    ["ended: closed by the server"],
    1,
  ]);
  expect(end((one) => one.pull.onClose("no bytes for 10 s", "lost"))).toEqual([["lost: no bytes for 10 s"], 1]);
  expect(end((one) => one.pull.onClose("not RTMP", "garbage"))).toEqual([["garbage: not RTMP"], 1]);
  expect(end((one) => one.pull.onStatus("NetStream.Play.StreamNotFound", ""))).toEqual([
    ["refused: NetStream.Play.StreamNotFound"],
    1,
  ]);
  const one = new TestIntake();
  one.play(plain.slice(0, 60));
  const before = one.fragments.length;
  expect(one.intake.heldBytes).toBeGreaterThan(0);
  one.intake.close();
  one.intake.close();
  expect(one.fragments.length).toBe(before + 1);
  one.play(plain.slice(60));
  one.pull.onClose("late", "closed");
  expect([one.fragments.length, one.ends, one.clock.waiting]).toEqual([before + 1, [], 0]);
});

test("a bug in what takes the media ends this intake, and is told with its place", () => {
  const one = new TestIntake(new ManualClock(), {
    onFragment: () => {
      throw new Error("no room");
    },
  });
  expect(() => one.play(plain)).not.toThrow();
  expect(one.ends).toHaveLength(1);
  expect(one.ends[0]).toStartWith("garbage: bug: Error: no room");
});

test("a successor dates the same picture alike", () => {
  const one = new TestIntake();
  one.play(plain, later(77_000_000));
  const two = new TestIntake(one.clock, {
    resume: one.intake.clockState,
    wallMs: () => one.intake.clockState!.baseMs + 7_000,
  });
  two.play(plain, later(77_006_000));
  one.clock.advance(0);
  expect(two.fragments[0]!.atMs).toBe(7_000);
  expect(two.intake.clockState!.baseMs).toBe(one.intake.clockState!.baseMs);
  expect(ofType(plain, 9).length).toBeGreaterThan(100);
});
