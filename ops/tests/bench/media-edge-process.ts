// Starts media-edge.ts as a process, with the settings of Bun that an edge has.

import { join } from "node:path";
import { edgeEnvironment } from "#ops/up/services/node.ts";

export interface MediaEdge {
  pid: number;
  /** Without a trailing slash. */
  url: string;
  stop(): Promise<void>;
}

/** `words`: the arguments of media-edge.ts. */
export async function startMediaEdge(words: string[]): Promise<MediaEdge> {
  const settings = edgeEnvironment({ number: 1, bind: "127.0.0.1", port: 0, internalPort: 0, env: {} });
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "media-edge.ts"), ...words], {
    env: { ...process.env, ...settings },
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await child.stdout.getReader().read();
  return {
    pid: child.pid,
    url: `http://127.0.0.1:${Number(new TextDecoder().decode(value))}`,
    async stop() {
      child.kill();
      await child.exited;
    },
  };
}
