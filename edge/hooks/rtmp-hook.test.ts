import { expect, test } from "bun:test";
import { encoderName, parseRtmpHook } from "./rtmp-hook.ts";

const query = new URLSearchParams("ingest=main&boot=0197-ab");

test("arguments that an encoder appends to its key cannot forge nginx' own fields", () => {
  const body = "app=live&addr=127.0.0.1&clientid=1&call=publish&name=KEY&type=live&name=evil&addr=9.9.9.9&clientid=7";
  expect(parseRtmpHook(query, body)).toMatchObject({
    name: "KEY",
    remoteAddress: "127.0.0.1",
    session: { ingest: "main", boot: "0197-ab", clientId: "1" },
  });
});

test("blanks and line breaks around a pasted key are not part of it", () => {
  for (const pasted of [" KEY", "KEY ", "\tKEY\r\n", "\u00a0KEY\ufeff"])
    expect(parseRtmpHook(query, `clientid=1&name=${encodeURIComponent(pasted)}`)?.name).toBe("KEY");
  for (const blank of ["", "%20", "+", "%0d%0a"]) expect(parseRtmpHook(query, `clientid=1&name=${blank}`)).toBeNull();
});

test("a hook without a valid session is not from our nginx", () => {
  expect(parseRtmpHook(new URLSearchParams(), "clientid=1&name=KEY")).toBeNull();
  expect(parseRtmpHook(query, "name=KEY")).toBeNull();
  expect(parseRtmpHook(query, "clientid=../1&name=KEY")).toBeNull();
  expect(parseRtmpHook(query, `clientid=1&name=${"k".repeat(257)}`)).toBeNull();
});

test("the time of the hook is taken from nginx' header alone", () => {
  const at = (header: string | null, body = "clientid=1&name=KEY") => parseRtmpHook(query, body, header)?.hookAtMs;
  expect(at("1795363200.250")).toBe(1_795_363_200_250);
  expect(at(null, "clientid=1&name=KEY&x-hook-at=1795363200.250")).toBeNull();
  for (const odd of ["", "now", "-1.000", "1e9", "99999999999999.000"]) expect(at(odd)).toBeNull();
});

test("a channel that is not a UUID never becomes part of a subject", () => {
  expect(parseRtmpHook(query, "clientid=1&name=x&channel=*")?.channelId).toBe("");
});

test("encoders get names that people know", () => {
  expect(encoderName("FMLE/3.0 (compatible; obs-studio/29.0.2; FMSc/1.0)")).toBe("OBS 29.0.2");
  expect(encoderName("FMLE/3.0 (compatible; Lavf59.27.100)")).toBe("FFmpeg (Lavf 59.27.100)");
  expect(encoderName("")).toBe("unknown");
});
