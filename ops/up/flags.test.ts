import { expect, test } from "bun:test";
import { join } from "node:path";
import { parseFlags, UsageError } from "./flags.ts";

test("without flags the documented defaults apply", () => {
  expect(parseFlags([])).toEqual({
    edgePort: 3000,
    rtmpPort: 1935,
    rtmpsPort: 1936,
    rtmpsCertificate: null,
    data: join(process.cwd(), ".data"),
    edges: 1,
    actors: 1,
    ingests: 1,
    relays: 1,
    rtcPort: null,
    bind: "127.0.0.1",
  });
});

test("a flag's value may follow a space or an equals sign", () => {
  const flags = parseFlags(["--edge-port", "4000", "--data=/tmp/x", "--actors=2", "--bind", "0.0.0.0"]);
  expect(flags).toMatchObject({ edgePort: 4000, data: "/tmp/x", actors: 2, bind: "0.0.0.0" });
});

test("the RTMPS ports follow the RTMP ports, and 0 turns RTMPS off", () => {
  expect(parseFlags(["--rtmp-port", "1945", "--ingests", "2"])!.rtmpsPort).toBe(1947);
  expect(parseFlags(["--rtmps-port", "443"])!.rtmpsPort).toBe(443);
  expect(parseFlags(["--rtmps-port", "0", "--edge-port", "1936"])!.rtmpsPort).toBeNull();
  const own = parseFlags(["--rtmps-certificate", "chain.pem", "--rtmps-key", "/etc/key.pem"]);
  expect(own!.rtmpsCertificate).toEqual({ certificate: join(process.cwd(), "chain.pem"), key: "/etc/key.pem" });
});

test("an unknown flag and a wrong value are refused", () => {
  for (const words of [
    ["--edgeport", "1"],
    ["stray"],
    ["--edge-port"],
    ["--edge-port", "x"],
    ["--edge-port", "70000"],
    ["--edges", "-1"],
    ["--bind", "localhost"],
    ["--edge-port", "1934", "--edges", "3"],
    ["--edge-port", "1936", "--ingests", "2", "--rtmps-port", "0"],
    ["--ingests", "0"],
    ["--relays", "17"],
    ["--rtc-port", "0"],
    ["--edge-port", "1936"],
    ["--rtmps-port", "1935"],
    ["--rtmps-port", "-1"],
    ["--rtmp-port", "65535"],
    ["--rtmps-certificate", "chain.pem"],
    ["--rtmps-key", "key.pem"],
  ])
    expect(() => parseFlags(words), words.join(" ")).toThrow(UsageError);
});

test("help is not an error", () => {
  expect(parseFlags(["--help"])).toBeNull();
});
