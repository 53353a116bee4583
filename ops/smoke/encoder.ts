// A small encoder for the smoke test: a test picture and a tone by FFmpeg.

import { dyingWithUs } from "#ops/up/processes.ts";

const SOURCE = "-re -f lavfi -i testsrc2=size=640x360:rate=30 -f lavfi -i sine=frequency=440:sample_rate=48000";
const ENCODE =
  "-c:v libx264 -preset ultrafast -tune zerolatency -profile:v main -pix_fmt yuv420p -g 60 -keyint_min 60 -sc_threshold 0 -b:v 800k -c:a aac -b:a 96k";
const STOP_WITHIN_MS = 3_000;

export function startEncoder({ server, key }: { server: string; key: string }) {
  const words = [...SOURCE.split(" "), ...ENCODE.split(" "), "-f", "flv", `${server}/${key}`];
  const argv = dyingWithUs(["ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", ...words]);
  const child = Bun.spawn(argv, { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const output = new Response(child.stderr).text();
  return {
    /** Resolves with FFmpeg's errors, without the key. */
    ended: child.exited.then(async () => (await output).replaceAll(key, "<key>").trim()),
    async stop() {
      child.kill("SIGINT");
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
      await child.exited;
      clearTimeout(late);
    },
  };
}
