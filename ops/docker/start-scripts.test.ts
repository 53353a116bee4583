// The scripts that start nginx in containers, run here.

import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "#ops/up/processes.ts";
import { certificateFault } from "#ops/up/rtmps-certificate.ts";
import { ROOT } from "./testing.ts";

const undo: string[] = [];
afterAll(() => {
  for (const folder of undo) rmSync(folder, { recursive: true, force: true });
});
const folderOf = (name: string) => {
  const folder = mkdtempSync(join(tmpdir(), name));
  undo.push(folder);
  return folder;
};
const template = Bun.spawnSync([process.execPath, join(import.meta.dir, "nginx-conf.ts")]).stdout.toString();

/** nginx-start.sh with paths in `folder`. */
function nginxScript(folder: string) {
  const script = readFileSync(join(import.meta.dir, "nginx-start.sh"), "utf8")
    .replace("/etc/nginx/live.template", join(folder, "live.template"))
    .replace("/usr/local/bin", join(ROOT, "ops/nginx"))
    .replace("home=/tmp/nginx", `home=${join(folder, "home")}`)
    .replace("own=/etc/nginx/rtmps", `own=${join(folder, "own")}`);
  expect(script).toContain("exec nginx ");
  writeFileSync(join(folder, "live.template"), template);
  return (
    env: Record<string, string> = { EDGES: "172.30.99.10:3001,172.30.99.11:3001", PULLERS: "172.30.99.0/24" },
  ) => {
    const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", script.replace("exec nginx ", "exec true ")], {
      env: { PATH: process.env.PATH, ...env },
    });
    expect([exitCode, stderr.toString()]).toEqual([0, ""]);
    return readFileSync(join(folder, "home/nginx.conf"), "utf8");
  };
}

test("nginx-rtmp asks the edges of its settings, and lets only their networks pull", () => {
  const start = nginxScript(folderOf("nginx-start-"));
  const conf = start({
    INGEST: "main-2",
    EDGES: "172.30.99.10:3001,edge-internal:3001",
    PULLERS: "10.0.0.0/8,fd00::/8",
  });
  expect(/upstream edges \{\n([^}]*)\}/.exec(conf)?.[1]?.match(/server .*;/g)).toEqual([
    "server 172.30.99.10:3001 max_fails=1 fail_timeout=2s;",
    "server edge-internal:3001 max_fails=1 fail_timeout=2s;",
  ]);
  expect(conf).toContain("allow play 127.0.0.1; allow play 10.0.0.0/8; allow play fd00::/8;\n      deny play all;");
  expect(conf.match(/ {6}allow 127\.0\.0\.1; allow 10\.0\.0\.0\/8; allow fd00::\/8; deny all;/g)).toHaveLength(3);
  expect(conf).toMatch(/on_publish \S+\?ingest=main-2&boot=[0-9a-f-]{36};/);
  expect(conf).not.toContain("@");
});

test("nginx accepts what the script makes", () => {
  const folder = folderOf("nginx-conf-");
  const conf = nginxScript(folder)();
  mkdirSync(join(folder, "nginx"));
  // The container's folder does not exist on this machine.
  writeFileSync(join(folder, "nginx.conf"), conf.replaceAll("/tmp/nginx", join(folder, "home")));
  const argv = [program("nginx"), "-t", "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")];
  expect(Bun.spawnSync(argv).stderr.toString()).toContain("test is successful");
});

test("each start of nginx-rtmp is a new boot, with a mounted certificate or one for development", () => {
  const folder = folderOf("nginx-start-");
  const start = nginxScript(folder);
  const own = join(folder, "own");
  const files = { certificate: join(folder, "home/rtmps/certificate.pem"), key: join(folder, "home/rtmps/key.pem") };
  const bootOf = (conf: string) => /boot=([0-9a-f-]{36})/.exec(conf)![1];
  const first = bootOf(start());
  expect(certificateFault(files)).toBeNull();
  expect(bootOf(start())).not.toBe(first);
  cpSync(join(folder, "home/rtmps"), own, { recursive: true });
  start();
  start();
  expect(readFileSync(files.certificate, "utf8")).toBe(readFileSync(join(own, "certificate.pem"), "utf8"));
  // Renewed while nginx runs.
  writeFileSync(join(own, "certificate.pem"), "renewed");
  expect(readFileSync(files.certificate, "utf8")).toBe("renewed");
  // As Kubernetes names them.
  rmSync(own, { recursive: true });
  mkdirSync(own);
  for (const name of ["tls.crt", "tls.key"]) writeFileSync(join(own, name), name);
  start();
  expect([files.certificate, files.key].map((file) => readFileSync(file, "utf8"))).toEqual(["tls.crt", "tls.key"]);
});

test("the balancer starts with HTTP/2 and RTMPS, by a mounted certificate or one for development", () => {
  const folder = folderOf("balancer-start-");
  const [home, own] = [join(folder, "home"), join(folder, "own")];
  const script = readFileSync(join(import.meta.dir, "balancer-start.sh"), "utf8")
    .replace("/usr/local/bin", join(ROOT, "ops/nginx"))
    .replace("home=/tmp/balancer", `home=${home}`)
    .replace("own=/etc/nginx/tls", `own=${own}`);
  expect(script).toContain("exec nginx ");
  const start = (path = process.env.PATH) => {
    const argv = ["/bin/sh", "-c", script.replace("exec nginx ", "exec true ")];
    const { exitCode, stderr } = Bun.spawnSync(argv, { env: { PATH: path } });
    expect(exitCode).toBe(0);
    return stderr.toString();
  };
  const written = (name: string) => readFileSync(join(home, "tls", name), "utf8");
  expect(start()).toBe("");
  const development = { certificate: join(home, "tls/certificate.pem"), key: join(home, "tls/key.pem") };
  expect(certificateFault(development)).toBeNull();
  expect(written("site.https")).toStartWith(
    `listen 8443 ssl http2; ssl_certificate ${development.certificate}; ssl_certificate_key ${development.key};`,
  );
  expect(written("site.rtmps")).toStartWith(`listen 1936 ssl; ssl_certificate ${development.certificate};`);
  mkdirSync(own);
  writeFileSync(join(own, "certificate.pem"), "ours");
  expect(start()).toBe("");
  expect(written("site.https")).toContain(`ssl_certificate ${join(own, "certificate.pem")};`);
  rmSync(own, { recursive: true });
  // Without openssl it serves plain HTTP and RTMP, and says so.
  const tools = join(folder, "tools");
  mkdirSync(tools);
  for (const tool of ["sh", "mkdir", "rm", "cat", "true"]) symlinkSync(Bun.which(tool)!, join(tools, tool));
  expect(start(tools)).toContain("serves neither HTTPS nor RTMPS");
  expect(readdirSync(join(home, "tls")).filter((name) => name.startsWith("site"))).toEqual([]);
});
