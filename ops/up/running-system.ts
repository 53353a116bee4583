// Finds the system that runs on a data folder, for commands that use it.

import "./no-proxy.ts";
import { existsSync } from "node:fs";
import { DataFolder } from "./data-folder.ts";
import { lives } from "./processes.ts";
import { databaseUrl } from "./store-urls.ts";

export interface RunningSystem {
  folder: DataFolder;
  /** Address of edge 1, without a slash at the end. */
  url: string;
  /** `rtmp://host:port/live`. */
  rtmpUrl: string;
  /** Connects as the superuser. */
  databaseUrl: string;
}

/** No system runs on the folder; the message is for the user. */
export class NotRunning extends Error {
  override readonly name = "NotRunning";
}

/** `data`: absolute path. Throws NotRunning. */
export function findRunning(data: string): RunningSystem {
  const missing = new NotRunning(
    `nothing runs on ${data}: start it with \`npm start\`, or name its folder with --data`,
  );
  if (!existsSync(data)) throw missing;
  const folder = new DataFolder(data);
  const of = (name: string) => {
    const run = folder.readRunFile(name);
    if (!run || !lives(run.pid, run.birth)) throw missing;
    return run;
  };
  const [edge, nginx, postgres] = [of("edge-1"), of("nginx"), of("postgres")];
  return {
    folder,
    url: `http://${edge.host}:${edge.port}`,
    rtmpUrl: `rtmp://${nginx.host}:${nginx.port}/live`,
    databaseUrl: databaseUrl(folder.secrets(), "operator", { port: postgres.port! }),
  };
}
