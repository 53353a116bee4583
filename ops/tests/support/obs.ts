// The real OBS Studio on a virtual screen, with server and stream key as a streamer would enter them.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";
import { obsProfile } from "./obs-profile.ts";

interface ObsOptions {
  /** Server as shown on the dashboard: `rtmp://host:port/live`. */
  server: string;
  key: string;
}

export interface Obs {
  pid: number;
  exited: Promise<number>;
  /** "Stop streaming" and quit; takes about 1.3 s. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** Starts streaming at once, 720p30 x264. Uses about 0.75 of a core. */
export async function startObs({ server, key }: ObsOptions): Promise<Obs> {
  const home = mkdtempSync(join(tmpdir(), "obs-"));
  for (const [path, text] of Object.entries(obsProfile({ server, key }))) {
    const file = join(home, ".config/obs-studio", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
  }
  const screen = await startScreen();
  const flags = "--multi --minimize-to-tray --disable-updater --disable-missing-files-check --startstreaming";
  const profile = "--collection Live --profile Live --scene Scene";
  const child = Bun.spawn(dyingWithUs(["obs", ...flags.split(" "), ...profile.split(" ")]), {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    env: {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: join(home, ".config"),
      XDG_RUNTIME_DIR: home,
      DISPLAY: screen.display,
      LIBGL_ALWAYS_SOFTWARE: "1",
      QT_QPA_PLATFORM: "xcb",
    },
  });
  const end = async (name: "SIGTERM" | "SIGKILL") => {
    child.kill(name);
    const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await child.exited;
    clearTimeout(late);
    await screen.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { pid: child.pid, exited: child.exited, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}

/** Xvfb on a display of its own choice. */
async function startScreen() {
  const screen = "-screen 0 1280x800x24 -nolisten tcp -displayfd 1";
  const child = Bun.spawn(dyingWithUs(["Xvfb", ...screen.split(" ")]), {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const number = new TextDecoder().decode(value).trim();
  if (!/^\d+$/.test(number)) throw new Error("Xvfb does not start");
  return {
    display: `:${number}`,
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}
