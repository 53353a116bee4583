import { expect, test } from "bun:test";
import { withoutSecrets } from "./secrets-in-text.ts";

const KEY = `live_${"a2b3".repeat(8)}`;
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";

test.each([
  [`rtmp://127.0.0.1/live/${KEY}: I/O error`, "rtmp://127.0.0.1/live/[redacted]: I/O error"],
  [`authorization: Bearer ${JWT}`, "authorization: Bearer [redacted]"],
  [`{"authorization":"Bearer abcdefgh12345678"}`, `{"authorization":"Bearer [redacted]"}`],
  ["tcl_pat_0123456789abcdefghijKLMNOPQRSTUVWXYZab was refused", "[redacted] was refused"],
  ["postgres://node:hunter22@db:5432/live", "postgres://node:[redacted]@db:5432/live"],
  [
    "nats://edge:p%40ss@a:4222,nats://edge:p%40ss@b:4222",
    "nats://edge:[redacted]@a:4222,nats://edge:[redacted]@b:4222",
  ],
  ["GET /live/tidewalker/~QUJDREVGR0hJSktMTU5P/index.m3u8", "GET /live/tidewalker/~[redacted]/index.m3u8"],
  [
    "https://s3.example/live/a?X-Amz-Credential=AKIA%2F20&X-Amz-Signature=0a1b2c",
    "https://s3.example/live/a?X-Amz-Credential=[redacted]&X-Amz-Signature=[redacted]",
  ],
  [`{"url":"/callback?access_token=abc.def&x=1"}`, `{"url":"/callback?access_token=[redacted]&x=1"}`],
])("%s", (line, expected) => {
  expect(withoutSecrets(line)).toBe(expected);
});

test.each([
  "actor awake",
  "http://127.0.0.1:4000/metrics",
  `{"actor":"channel.0189","epoch":3,"reason":"StoreAway: no answer within 2000 ms"}`,
  "live_lisa joined, at https://example.org/live_lisa",
  "https://example.org/login?next=/dashboard",
  "https://example.org/reset?token=abcdef",
])("%s is left as it is", (line) => {
  expect(withoutSecrets(line)).toBe(line);
});

test("a line of JSON stays one", () => {
  const line = JSON.stringify({ a: `x password=${JWT}`, b: [`postgres://u:p"q@h`], c: 1 });
  expect(() => JSON.parse(withoutSecrets(line))).not.toThrow();
  expect(withoutSecrets(line)).not.toContain(JWT);
});
