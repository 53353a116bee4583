// The demo's picture and sound, made and published by FFmpeg: drifting colours, a clock, a soft chord. It takes about 0.45 of a core.

import { dyingWithUs } from "#ops/up/processes.ts";

const CLOCK = "%{localtime\\:%H\\\\\\:%M\\\\\\:%S}";

/** The gradient is drawn at half size and scaled up, which is four times cheaper and looks the same. */
const PICTURE = [
  "gradients=s=640x360:r=30:c0=0x0f0c29:c1=0x5b2be0:c2=0x00b3a4:c3=0xff5e7e:n=4:speed=0.02",
  "scale=1280:720:flags=fast_bilinear",
  text("TwitchClone", "DejaVu Sans", "fontsize=54:x=56+8*sin(t):y=48"),
  text(CLOCK, "DejaVu Sans Mono", "fontsize=150:shadowcolor=black@0.35:shadowx=4:shadowy=4:x=(w-tw)/2:y=(h-th)/2-20"),
  text("demo picture · on air for %{pts\\:hms}", "DejaVu Sans", "fontsize=34:x=(w-tw)/2:y=h/2+90"),
  text("●", "DejaVu Sans", "fontsize=64:x='(w-tw)*abs(mod(t/4\\,2)-1)':y='h-130-70*abs(sin(t*3))'"),
].join(",");

/** A major, slowly breathing. */
const SOUND =
  "aevalsrc='0.04*(sin(2*PI*220*t)+0.7*sin(2*PI*277.18*t)+0.6*sin(2*PI*329.63*t))*(0.65+0.35*sin(2*PI*0.25*t))':s=48000";

const ENCODE =
  "-c:v libx264 -preset superfast -tune zerolatency -profile:v main -pix_fmt yuv420p -g 60 -keyint_min 60 -sc_threshold 0 " +
  "-b:v 2500k -maxrate 2500k -bufsize 2500k -c:a aac -b:a 96k -ac 2";

function text(what: string, font: string, place: string) {
  return `drawtext=font=${font}:text='${what}':fontcolor=white@0.9:${place}`;
}

export interface Picture {
  /** Resolves with FFmpeg's error output when it has ended. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/** Publishes until `stop`. `rtmpUrl`: `rtmp://host:port/live`. */
export function publishPicture({ rtmpUrl, streamKey }: { rtmpUrl: string; streamKey: string }): Picture {
  const input = ["-re", "-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", SOUND];
  const argv = ["ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", ...input, ...ENCODE.split(" ")];
  const child = Bun.spawn(dyingWithUs([...argv, "-f", "flv", `${rtmpUrl}/${streamKey}`]), {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    detached: true, // Ctrl-C reaches only the demo, which then stops FFmpeg.
  });
  const errorOutput = new Response(child.stderr).text();
  return {
    // FFmpeg prints the URL it failed on, with the stream key.
    ended: child.exited.then(async () => (await errorOutput).replaceAll(streamKey, "<key>").trim()),
    async stop() {
      child.kill("SIGINT");
      const late = setTimeout(() => child.kill("SIGKILL"), 3_000);
      await child.exited;
      clearTimeout(late);
    },
  };
}
