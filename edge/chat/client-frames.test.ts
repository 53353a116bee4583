import { expect, test } from "bun:test";
import fc from "fast-check";
import { readClientFrame } from "./client-frames.ts";

const read = (frame: unknown) => readClientFrame(typeof frame === "string" ? frame : JSON.stringify(frame));

test.each<[string, object]>([
  ['{"type":"hello"}', { type: "hello" }],
  ['{"type":"hello","token":"t","resume":{"seq":0},"more":1}', { type: "hello", token: "t", resume: { seq: 0 } }],
  ['{"type":"hello","token":null,"resume":null,"viewer":null}', { type: "hello" }],
  ['{"type":"hello","token":" Bearer t\\n"}', { type: "hello", token: "t" }],
  ['{"type":"hello","viewer":"too short"}', { type: "hello" }],
  ['{"type":"hello","viewer":7}', { type: "hello" }],
  ['{"type":"hello","viewer":"abcdefghijklmnop"}', { type: "hello", viewer: "abcdefghijklmnop" }],
  ['{"type":"say","nonce":"n","body":"","replyTo":null}', { type: "say", nonce: "n", body: "" }],
  ['{"type":"say","nonce":"n","body":"x","replyTo":"a"}', { type: "say", nonce: "n", body: "x", replyTo: "a" }],
  ['{"type":"ping","n":1}', { type: "ping" }],
  ['{"type":"attention","hidden":true}', { type: "attention", hidden: true }],
])("%s is read without unknown fields", (text, frame) => {
  expect(read(text)).toEqual({ frame: frame as never });
});

test.each<[unknown, string]>([
  ["", "the frame is not JSON"],
  ["{", "the frame is not JSON"],
  ["hello", "the frame is not JSON"],
  ["7", "the frame is not a JSON object"],
  ["null", "the frame is not a JSON object"],
  ["[]", "the frame is not a JSON object"],
  [{}, "the frame has no type: a client sends hello, proof, say, ping or attention"],
  [{ type: 7 }, "the frame has no type: a client sends hello, proof, say, ping or attention"],
  [{ type: "auth" }, 'unknown type "auth": a client sends hello, proof, say, ping or attention'],
  [{ type: "constructor" }, 'unknown type "constructor": a client sends hello, proof, say, ping or attention'],
  [{ type: "x".repeat(99) }, `unknown type "${"x".repeat(40)}": a client sends hello, proof, say, ping or attention`],
  [{ type: "hello", resume: {} }, "hello: resume.seq must be the seq of the last entry that you have: a whole number"],
  [{ type: "hello", resume: { seq: 1.5 } }, "hello: resume.seq must be the seq of the last entry"],
  [{ type: "hello", resume: { seq: "1" } }, "hello: resume.seq must be the seq of the last entry"],
  [{ type: "hello", resume: 7 }, "hello: resume must be an object with a seq"],
  [{ type: "hello", token: 7 }, "hello: token must be an access token or a personal access token"],
  [{ type: "hello", token: "x".repeat(9_000) }, "hello: token must be an access token or a personal access token"],
  [{ type: "say", nonce: "", body: "x" }, "say: nonce must be 1 to 64 characters"],
  [{ type: "say", nonce: "n".repeat(65), body: "x" }, "say: nonce must be 1 to 64 characters"],
  [{ type: "say", nonce: 7, body: "x" }, "say: nonce must be 1 to 64 characters"],
  [{ type: "say", body: "x" }, "say: nonce must be 1 to 64 characters"],
  [{ type: "say", nonce: "n" }, "say: body must be text of 1 to 500 characters"],
  [{ type: "say", nonce: "n", text: "x" }, "say: body must be text of 1 to 500 characters"],
  [{ type: "say", nonce: "n", body: "x", replyTo: 7 }, "say: replyTo must be id of the line"],
  [{ type: "say", nonce: "\ud800", body: "x" }, "say: nonce must be well-formed Unicode"],
  [{ type: "say", nonce: "\ude00\ud83d", body: "x" }, "say: nonce must be well-formed Unicode"],
  [{ type: "say", nonce: "n", body: "x", replyTo: "\udfff" }, "say: replyTo must be well-formed Unicode"],
  [{ type: "attention" }, "attention: hidden must be true or false"],
  [{ type: "hello", token: "\ud83d" }, "hello: token must be well-formed Unicode"],
  [{ type: "say", nonce: "n", body: "x".repeat(64 * 1024) }, "a frame has at most 65536 bytes"],
])("%j: the mistake is named", (frame, mistake) => {
  expect(read(frame)).toEqual({ mistake: expect.stringContaining(mistake) });
});

test("a binary frame is refused", () => {
  expect(readClientFrame(Buffer.from('{"type":"hello"}'))).toEqual({ mistake: "a frame is text, not binary" });
});

test("whatever a client sends is either a frame or a mistake, which repeats no token", () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom("hello", "say", "ping", "token", "resume"));
  const fields = fc.record(
    { type: value, token: value, resume: value, viewer: value, nonce: value, body: value, replyTo: value },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fields, fc.jsonValue()), (frame) => {
      const read = readClientFrame(JSON.stringify(frame));
      expect("frame" in read || read.mistake.length > 10).toBe(true);
    }),
  );
  const secret = "tcl_pat_secret";
  expect(JSON.stringify(read({ type: "hello", token: { secret } }))).not.toContain("secret");
});
