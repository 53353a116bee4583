import { expect, test } from "bun:test";
import { parseAddress } from "./address.ts";

test("host, port, application and stream are found; the query belongs to the stream and not to the application", () => {
  const { scrub, ...address } = parseAddress("rtmp://127.0.0.1:19350/live/pub_1?token=s3cret&a=b");
  expect(address).toEqual({
    ...{ host: "127.0.0.1", port: 19350, app: "live", stream: "pub_1?token=s3cret&a=b" },
    tcUrl: "rtmp://127.0.0.1:19350/live",
  });
  expect(scrub("no stream pub_1?token=s3cret&a=b")).toBe("no stream pub_1?…");
});

test("the port is 1935 by default; an IPv6 address and an application of two names are taken", () => {
  expect(parseAddress("rtmp://h/live/x")).toMatchObject({ host: "h", port: 1935, app: "live", stream: "x" });
  expect(parseAddress("rtmp://[::1]:5/a/b/x")).toMatchObject({ host: "::1", port: 5, app: "a/b", stream: "x" });
});

test("another address is refused, without being repeated", () => {
  for (const url of ["http://h/live/s3cret", "rtmp://h/s3cret", "rtmp:///live/s3cret", "", "rtmp://h/live/"])
    expect(() => parseAddress(url)).toThrow("not an RTMP address");
});
