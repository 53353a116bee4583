import { expect, test } from "bun:test";
import { ConfigFaults, type Environment } from "./reader.ts";
import { RELAY_SETTINGS, readRelayConfig } from "./relay.ts";

const relay: Environment = {
  PATH: "/usr/bin",
  RELAY_PORT: "4100",
  RTC_UDP_PORT: "4200",
  EDGE_URLS: "http://127.0.0.1:3001, http://127.0.0.2:3001/",
};

const faultsOf = (env: Environment): string[] => {
  try {
    readRelayConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults;
    throw error;
  }
};

test("a relay needs its two ports and the edges, and nothing else", () => {
  expect(readRelayConfig(relay)).toMatchObject({
    ...{ host: "127.0.0.1", port: 4100, udpPort: 4200, bind: "127.0.0.1", publicAddresses: [] },
    edges: ["http://127.0.0.1:3001", "http://127.0.0.2:3001"],
  });
  expect(faultsOf({})).toEqual(["EDGE_URLS is missing", "RELAY_PORT is missing", "RTC_UDP_PORT is missing"]);
});

test("a relay does not start with a secret of the other processes in its environment", () => {
  for (const name of [
    ...["DATABASE_URL", "NODE_DATABASE_URL", "NATS_URL", "REDIS_URL", "SMTP_URL", "JWT_SECRET", "JWT_ACCEPTED_SECRETS"],
    ...["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "RESTREAM_SECRET", "TURN_SECRET", "OAUTH_GOOGLE_CLIENT_SECRET"],
    ...["POSTGRES_PASSWORD", "DATABASE_URL_FILE", "JWT_SECRET_FILE", "BACKUP_PASSPHRASE_PRIVATE"],
  ]) {
    const faults = faultsOf({ ...relay, [name]: "hunter2" });
    expect(faults, name).toEqual([`${name} must not be in a relay's environment: it has no use for secrets`]);
  }
  expect(faultsOf({ ...relay, DATABASE_URL: "" })).toEqual([]);
});

test("addresses are IP addresses, since some clients resolve no names", () => {
  expect(readRelayConfig({ ...relay, RTC_PUBLIC_ADDRESSES: "203.0.113.5, 2001:db8::5" }).publicAddresses).toHaveLength(
    2,
  );
  expect(faultsOf({ ...relay, RTC_PUBLIC_ADDRESSES: "live.example.org", RTC_BIND: "localhost" })).toEqual([
    'RTC_BIND must be an IP address, not "localhost"',
    'RTC_PUBLIC_ADDRESSES must be IP addresses, not "live.example.org"',
  ]);
  expect(faultsOf({ ...relay, EDGE_URLS: "https://live.example.org/path" })).toHaveLength(1);
});

test("no setting is read that `npm start` would not pass on", () => {
  const read = new Set<string>();
  const env = new Proxy(relay, {
    get(target, name: string) {
      // Each may come from a file, in containers.
      if (!name.endsWith("_FILE")) read.add(name);
      return target[name];
    },
    ownKeys: () => [],
  });
  readRelayConfig(env);
  expect([...read].filter((name) => !(RELAY_SETTINGS as readonly string[]).includes(name))).toEqual([]);
  expect([...read].sort()).toEqual([...RELAY_SETTINGS].sort());
});
