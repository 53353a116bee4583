import { expect, test } from "bun:test";
import { forwarderName, keyHintOf, keyNameOfForwarder, parseTargetUrl, TARGET_URL_LENGTH_MAX } from "./targets.ts";

test.each([
  ["rtmp://live.twitch.tv/app", false, "live.twitch.tv", 1935, "app"],
  ["rtmp://a.rtmp.youtube.com/live2/", false, "a.rtmp.youtube.com", 1935, "live2"],
  ["rtmps://live-api-s.facebook.com:443/rtmp/", true, "live-api-s.facebook.com", 443, "rtmp"],
  ["RTMPS://Host.Example/app", true, "host.example", 443, "app"],
  ["rtmp://b.rtmp.youtube.com/live2?backup=1", false, "b.rtmp.youtube.com", 1935, "live2?backup=1"],
  ["  rtmp://h:1936/a/b\n", false, "h", 1936, "a/b"],
  ["rtmp://[2606:4700::1111]:1935/live", false, "2606:4700::1111", 1935, "live"],
  ["rtmp://203.0.113.9/live", false, "203.0.113.9", 1935, "live"],
])("%p is read", (text, tls, host, port, app) => {
  const read = parseTargetUrl(text);
  expect(read).toMatchObject({ tls, host, port, app });
  expect(parseTargetUrl(read!.url)).toEqual(read);
});

test.each([
  "",
  "live.twitch.tv/app",
  "http://h/app",
  "rtmpt://h/app",
  "file:///etc/passwd",
  "rtmp://h",
  "rtmp://h/",
  "rtmp://h///",
  "rtmp:///app",
  "rtmp://user:password@h/app",
  "rtmp://h/app#part",
  "rtmp://h@127.0.0.1/app",
  "rtmp://h/a b",
  "rtmp://h\\evil/app",
  "rtmp://h%00/app",
  "rtmp://h:0/app",
  "rtmp://h:65536/app",
  "rtmp://h:1935:80/app",
  "rtmp://[::1%25lo]/app",
  "rtmp://-h/app",
  "rtmp://h/app\r\nx",
  `rtmp://h/${"a".repeat(TARGET_URL_LENGTH_MAX)}`,
])("%p is no target", (text) => {
  expect(parseTargetUrl(text)).toBeNull();
});

test("a hint is the end of a long key, and nothing of a short one", () => {
  expect(keyHintOf("live_0123456789abcdef")).toBe("cdef");
  expect(keyHintOf("short-key-12345")).toBeNull();
});

test("a forwarder's name fits into what nginx-rtmp tells of it, and is read back", () => {
  const name = forwarderName("0123456789abcdef");
  expect(name.length).toBeLessThanOrEqual(31);
  expect(keyNameOfForwarder(name)).toBe("0123456789abcdef");
  for (const encoder of ["", "FMLE/3.0 (compatible; obs-studio/31)", `${name}0`, name.slice(0, -1)])
    expect(keyNameOfForwarder(encoder)).toBeNull();
});
