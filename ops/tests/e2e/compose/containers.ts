// The system of docker-compose.yml on an engine: its images, ports and services, as the suite asks for them.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "#ops/up/ports.ts";
import { getChannel } from "../../support/api.ts";
import { type RunOptions, startEngine } from "../../support/engine/engine.ts";
import { makeStandIns } from "../../support/engine/stand-ins.ts";
import { placeOf } from "../../support/playlists.ts";
import { until } from "../../support/until.ts";
import { watchUntil } from "./watch.ts";

const ROOT = join(import.meta.dir, "../../../..");
const BUILD_MS_MAX = 20 * 60_000;
const UPGRADE_MS_MAX = 10 * 60_000;
const PROJECT = `compose-${process.pid}`;
const TARGETS = { edge: "twitchclone-edge", actor: "twitchclone-actor", "nginx-rtmp": "twitchclone-nginx-rtmp" };

interface Inspected {
  Config: { User: string; Env: string[] };
  HostConfig: Record<string, unknown> & { Memory: number };
  State: { Running: boolean; ExitCode: number; Health?: { Status: string } };
}

export type Containers = Awaited<ReturnType<typeof startContainers>>;

/** Starts the engine, and makes the images of this checkout. */
export async function startContainers() {
  const engine = await startEngine();
  const isPublic = process.env.COMPOSE_IMAGES === "public";
  if (!isPublic) await makeStandIns(engine);
  const taken = new Set<number>();
  const port = async () => {
    const free = await freePort(taken);
    taken.add(free);
    return free;
  };
  const ports = { web: await port(), https: await port(), rtmp: await port(), rtmps: await port(), s3: await port() };
  const url = `http://127.0.0.1:${ports.web}`;
  const settings = {
    ...{ BIND: "127.0.0.1", WEB_PORT: `${ports.web}`, HTTPS_PORT: `${ports.https}`, PUBLIC_URL: url },
    ...{ RTMP_PORT: `${ports.rtmp}`, RTMPS_PORT: `${ports.rtmps}`, S3_PORT: `${ports.s3}`, LADDER: "none" },
    S3_PUBLIC_ENDPOINT: `http://127.0.0.1:${ports.s3}`,
  };
  const compose = (words: string[], { env, ...options }: RunOptions = {}) =>
    engine.compose(["-p", PROJECT, ...words], { cwd: ROOT, env: { ...settings, ...env }, ...options });

  const build = async (cwd: string, words: string[]) => {
    await engine.docker(["build", "--network", "host", ...words, "."], { cwd, withinMs: BUILD_MS_MAX });
  };
  const buildImages = async ({ version = "dev" } = {}) => {
    for (const [target, image] of Object.entries(TARGETS)) {
      const words = ["-f", "ops/docker/Dockerfile", "--target", target, "--build-arg", `VERSION=${version}`];
      await build(ROOT, [...words, "-t", `${image}:${version}`]);
    }
  };
  await buildImages();

  const idsOf = async (service: string) => (await compose(["ps", "-q", service])).split("\n").filter(Boolean);
  const inspect = async (id: string) => (JSON.parse(await engine.docker(["inspect", id])) as [Inspected])[0];
  const live = async (login: string) => (await getChannel(url, login).catch(() => null))?.live ?? null;
  const text = async (login: string, path: string) => (await fetch(`${url}/live/${login}/${path}`)).text();

  return {
    url,
    ports,
    compose,
    buildImages,
    idsOf,
    inspect,
    live,
    text,
    run: engine.run,
    docker: (words: string[]) => engine.docker(words),
    watch: watchUntil,
    /** The next media sequence number. */
    place: async (login: string) => placeOf(await text(login, "source.m3u8")).next.msn,
    isLive: (login: string, withinMs = 30_000) =>
      until("the broadcast to be live", async () => (await live(login))?.phase === "live", { withinMs }),
    async healthy(service: string) {
      await until(
        `${service} to be healthy`,
        async () => {
          const ids = await idsOf(service);
          const states = await Promise.all(ids.map(inspect));
          return ids.length > 0 && states.every(({ State }) => State.Health?.Status === "healthy");
        },
        { withinMs: 90_000, everyMs: 500 },
      );
    },
    async imageBytes(name: string) {
      return Number(await engine.docker(["image", "inspect", "-f", "{{.Size}}", `${name}:dev`]));
    },
    /** By name, as `docker compose run --rm secrets show` prints them. */
    async secrets(): Promise<Record<string, string>> {
      const out = await compose(["run", "--rm", "-T", "secrets", "show"]);
      const lines = out.split("\n").filter((line) => /^[A-Z0-9_]+=/.test(line));
      return Object.fromEntries(lines.map((line) => line.split("=") as [string, string]));
    },
    /** Streams that encoders publish, by the names under which nodes pull them. */
    async publicNames(): Promise<{ service: string; name: string }[]> {
      const found: { service: string; name: string }[] = [];
      for (const service of ["nginx", "nginx-2"]) {
        const ask = `const text = await (await fetch("http://${service}:8080/stat")).text(); console.log(text)`;
        const stat = await compose(["exec", "-T", "actor", "bun", "-e", ask]).catch(() => "");
        for (const [stream] of stat.matchAll(/<stream>.*?<\/stream>/gs))
          if (stream.includes("<publishing/>"))
            found.push({ service, name: /<name>([^<]+)<\/name>/.exec(stream)![1]! });
      }
      return found;
    },
    /** Runs ops/docker/upgrade.sh with images of that version. */
    upgrade: (version: string) =>
      engine.run(["sh", "ops/docker/upgrade.sh", "--no-build", "-p", PROJECT], {
        cwd: ROOT,
        env: { ...settings, VERSION: version },
        withinMs: UPGRADE_MS_MAX,
      }),
    previousRelease: (commit: string) => previousRelease({ commit, engine, settings, build }),
    async stop() {
      await compose(["--profile", "demo", "down", "-v", "--remove-orphans"], { withinMs: 300_000 }).catch(() => {});
      await engine.stop();
    },
  };
}

interface Previous {
  commit: string;
  engine: Awaited<ReturnType<typeof startEngine>>;
  settings: Record<string, string>;
  build(cwd: string, words: string[]): Promise<void>;
}

/** Checks that commit out, and makes the images that its own compose file wants. */
async function previousRelease({ commit, engine, settings, build }: Previous) {
  const folder = mkdtempSync(join(tmpdir(), "previous-"));
  const code = join(folder, "code");
  mkdirSync(code);
  await engine.run(["sh", "-c", `git archive ${commit} | tar -x -C ${code}`], { cwd: ROOT });
  const text = await Bun.file(join(code, "docker-compose.yml")).text();
  const { services } = Bun.YAML.parse(text.replaceAll(/\$\{[^}]*\}/g, "x")) as {
    services: Record<string, { image: string; build?: { dockerfile: string; target?: string } }>;
  };
  const images = new Map(Object.values(services).map((service) => [service.image, service.build]));
  for (const [image, made] of images)
    if (made)
      await build(code, ["-f", made.dockerfile, ...(made.target ? ["--target", made.target] : []), "-t", image]);
  const names = [...new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name!))];
  const secrets: Record<string, string> = Object.fromEntries(
    [...names, "POSTGRES_PASSWORD"].map((name) => [name, crypto.randomUUID().replaceAll("-", "")]),
  );
  return {
    /** As that release's .env has them. */
    secrets,
    up: () =>
      engine.compose(["-p", PROJECT, "up", "-d", "--no-build"], {
        cwd: code,
        env: { ...settings, ...secrets },
        withinMs: 300_000,
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
