// The secrets of containers: made once, kept, replaced by .env, and handed out one by one.

import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runSecrets } from "#ops/docker/testing.ts";
import { program } from "#ops/up/processes.ts";
import { natsLimits } from "#ops/up/services/nats.ts";
import { natsAuthorization } from "#ops/up/services/nats-users.ts";
import { redisRules } from "#ops/up/services/redis-users.ts";
import { secretFiles } from "./files.ts";
import { completeSecrets, SECRET_NAMES, SecretFault, type Secrets } from "./secrets.ts";

const HOSTS = { postgres: "postgres:5432", nats: ["nats:4222"], redis: "redis:6379" };
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));
  folders.push(folder);
  return folder;
};
const numbered = () => {
  let count = 0;
  return () => `made${String(count++).padStart(32, "0")}`;
};
const all = completeSecrets({ kept: {}, given: {} }, numbered());

test("a first start makes a different one for each name, a later one keeps them", () => {
  const first = completeSecrets({ kept: {}, given: {} });
  expect(Object.keys(first)).toEqual([...SECRET_NAMES]);
  expect(new Set(Object.values(first)).size).toBe(SECRET_NAMES.length);
  for (const secret of Object.values(first)) expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(completeSecrets({ kept: first, given: {} })).toEqual(first);
});

test("a given secret replaces the kept one, and one that a new release needs is made", () => {
  const { TURN_SECRET: _, ...older } = all;
  const given = { REDIS_NODE_PASSWORD: "ours", JWT_SECRET: "" };
  const now = completeSecrets({ kept: older, given }, () => "made");
  expect(now).toEqual({ ...all, REDIS_NODE_PASSWORD: "ours", TURN_SECRET: "made" });
});

test("a system from before its secrets were kept has the database password of that time", () => {
  const given = { JWT_SECRET: "j".repeat(32) };
  expect(completeSecrets({ kept: {}, given }, numbered()).POSTGRES_PASSWORD).toBe("live");
  expect(completeSecrets({ kept: {}, given: { ...given, POSTGRES_PASSWORD: "own" } }).POSTGRES_PASSWORD).toBe("own");
  expect(completeSecrets({ kept: all, given }).POSTGRES_PASSWORD).toBe(all.POSTGRES_PASSWORD);
});

test("a secret that would break a URL or a setting is refused, all of them at once and without their values", () => {
  const given = { NATS_EDGE_PASSWORD: "a@b", JWT_SECRET: "hunter2" };
  expect(() => completeSecrets({ kept: {}, given })).toThrow(
    new SecretFault("JWT_SECRET must have at least 32 characters\nNATS_EDGE_PASSWORD may have only letters and digits"),
  );
});

test("each service gets the secrets it needs, and no others", () => {
  const files = secretFiles(all, HOSTS);
  const wanted: Record<keyof Secrets, string[]> = {
    JWT_SECRET: ["edge"],
    RESTREAM_SECRET: ["actor"],
    POSTGRES_PASSWORD: ["migrate", "operator", "postgres"],
    POSTGRES_NODE_PASSWORD: ["actor", "edge", "migrate"],
    NATS_EDGE_PASSWORD: ["edge", "nats"],
    NATS_ACTOR_PASSWORD: ["actor", "nats"],
    NATS_OPERATOR_PASSWORD: ["nats", "operator"],
    REDIS_NODE_PASSWORD: ["actor", "edge", "redis"],
    REDIS_OPERATOR_PASSWORD: ["operator"], // Redis has its hash.
    S3_ACCESS_KEY_ID: ["actor", "bucket", "edge", "operator", "s3"],
    S3_SECRET_ACCESS_KEY: ["actor", "bucket", "edge", "operator", "s3"],
    GRAFANA_PASSWORD: ["grafana"],
    BACKUP_CIPHER_PASS: ["backup"],
    DEMO_PASSWORD: ["demo"],
    TURN_SECRET: ["coturn", "edge"],
  };
  for (const name of SECRET_NAMES) {
    const holders = Object.entries(files).filter(([, one]) => JSON.stringify(one).includes(all[name]));
    expect(holders.map(([consumer]) => consumer).sort(), name).toEqual(wanted[name]);
  }
});

test("NATS and Redis have the same users as with npm start", async () => {
  const { nats, redis } = secretFiles(all, HOSTS);
  expect(nats["nats.conf"]).toEndWith(`${natsLimits}\n${natsAuthorization()}`);
  const own = await Bun.file(join(import.meta.dir, "../nats.conf")).text();
  expect(own.replace(/^#.*\n/gm, "")).toBe(`port: 4222\n${natsLimits}\n${natsAuthorization()}`);
  for (const [, name = ""] of own.matchAll(/\$(\w+)/g)) expect(nats["nats.conf"]).toContain(`${name}: "`);
  expect(redis["users.acl"]).toContain("user default off -@all\n");
  for (const [user, rules] of Object.entries(redisRules))
    expect(redis["users.acl"]).toMatch(
      new RegExp(`^user ${user} on #[0-9a-f]{64} ${rules.replaceAll(/[~*+@]/g, "\\$&")}$`, "m"),
    );
});

test("nats-server accepts its configuration, also with a password that begins with digits", async () => {
  const folder = newFolder();
  const { code, errors } = runSecrets([folder], { NATS_EDGE_PASSWORD: "12e4567890" });
  expect([code, errors]).toEqual([0, ""]);
  const argv = [program("nats-server"), "-t", "-c", join(folder, "nats/nats.conf")];
  const { exitCode, stderr } = Bun.spawnSync(argv, { env: { PATH: process.env.PATH } });
  expect(stderr.toString()).toContain("configuration file");
  expect(exitCode).toBe(0);
});

test("the command writes files that only change with their secrets", () => {
  const folder = newFolder();
  const first = runSecrets([folder]);
  expect(first.out).toContain("new secrets for edge actor migrate");
  expect(readdirSync(join(folder, "edge")).sort()).toEqual([
    ...["database-url", "jwt-secret", "nats-url", "redis-url", "s3-access-key-id", "s3-secret-access-key"],
    "turn-secret",
  ]);
  expect(statSync(join(folder, "all/secrets.json")).mode & 0o777).toBe(0o400);
  expect(runSecrets([folder]).out).toBe("all secrets are there\n");
  expect(runSecrets([folder], { TURN_SECRET: "other" }).out).toBe("new secrets for edge coturn\n");
  // What stood in .env once stays.
  expect(runSecrets([folder]).out).toBe("all secrets are there\n");
  expect(readFileSync(join(folder, "coturn/turn.conf"), "utf8")).toContain("static-auth-secret=other\n");
});

test("a copy of the secrets can be printed and given to another machine", () => {
  const [folder, other] = [newFolder(), newFolder()];
  runSecrets([folder]);
  const lines = runSecrets([folder, "show"]).out.trimEnd().split("\n");
  expect(lines.map((line) => line.split("=")[0])).toEqual([...SECRET_NAMES]);
  runSecrets([other], Object.fromEntries(lines.map((line) => line.split("="))));
  const read = (from: string) => readFileSync(join(from, "all/secrets.json"), "utf8");
  expect(read(other)).toBe(read(folder));
});

test("wrong words and wrong secrets end with 78 and a line", () => {
  expect(runSecrets([])).toMatchObject({ code: 78, errors: expect.stringContaining("usage: ") });
  const wrong = runSecrets([newFolder()], { JWT_SECRET: "short" });
  expect(wrong).toMatchObject({ code: 78, errors: "JWT_SECRET must have at least 32 characters\n" });
});
