import { expect, test } from "bun:test";
import { ladderArgv } from "./arguments.ts";
import type { EncoderName } from "./encoder.ts";
import { chooseRungs } from "./rungs.ts";
import { allowedRungs } from "./setting.ts";

const MUXER =
  "-c:a copy -f mp4 -movflags +empty_moov+default_base_moof+frag_keyframe+frag_discont+skip_trailer -use_editlist 0 -avoid_negative_ts disabled -video_track_timescale 90000";
const MARKED = "-force_key_frames expr:not(mod(round(t*1000),2)) -fps_mode passthrough -enc_time_base 1:1000";
const TICKS_30 = "-bsf:v h264_metadata=tick_rate=60";

function argvFor(setting: string, { fps = 30, originMs = 0, name = "software" as EncoderName } = {}) {
  const source = { width: 1920, height: 1080, fps, playable: true };
  const rungs = chooseRungs({ source, allowed: allowedRungs(setting), preset: "veryfast" });
  const outputs = rungs.map((rung) => ({ rung, url: `unix:/run/${rung.name}.sock` }));
  const encoder = { name, vaapiDevice: "/dev/dri/renderD128" };
  return ladderArgv({ ffmpegPath: "/usr/bin/ffmpeg", encoder, outputs, originMs }).join(" ");
}

test("the whole command line of two rungs and sound", () => {
  expect(argvFor("720p,480p,audio", { fps: 60 })).toBe(
    [
      "/usr/bin/ffmpeg -hide_banner -nostdin -loglevel warning -analyzeduration 2000000 -fpsprobesize 0 -threads 1 -copyts -f flv -i pipe:0",
      "-map 0:v:0 -map 0:a:0? -vf select=mod(pts\\,2)+gte(t-prev_selected_t\\,0.0010),scale=1280:720,format=yuv420p",
      "-c:v libx264 -preset veryfast -tune zerolatency -threads 2 -level 3.2 -sc_threshold 0 -g 600 -forced-idr 1 -profile:v high -b:v 3920k -maxrate 4480k -bufsize 4480k",
      `${MARKED} -bsf:v h264_metadata=tick_rate=120 ${MUXER} -frag_duration 15833 -flush_packets 1 unix:/run/720p.sock`,
      "-map 0:v:0 -map 0:a:0? -vf select=mod(pts\\,2)+gte(t-prev_selected_t\\,0.0250),scale=854:480,format=yuv420p",
      "-c:v libx264 -preset veryfast -tune zerolatency -threads 1 -level 3.1 -sc_threshold 0 -g 600 -forced-idr 1 -profile:v main -b:v 1200k -maxrate 1400k -bufsize 1400k",
      `${MARKED} ${TICKS_30} ${MUXER} -frag_duration 31666 -flush_packets 1 unix:/run/480p.sock`,
      `-map 0:a:0 ${MUXER} -frag_duration 15000 -flush_packets 1 unix:/run/audio.sock`,
    ].join(" "),
  );
});

test("a session of weeks is moved back to its own time", () => {
  expect(argvFor("480p", { originMs: 2 ** 30 })).toContain("-copyts -itsoffset 1073741.824 -f flv -i pipe:0");
});

test("hardware encoders: their devices, their form of picture, keyframes that are IDR, no delay", () => {
  const rate = "-profile:v main -b:v 1200k -maxrate 1400k -bufsize 1400k";
  expect(argvFor("480p", { name: "nvenc" })).toContain(
    `scale=854:480,format=yuv420p -c:v h264_nvenc -preset p4 -tune ull -rc cbr -zerolatency 1 -delay 0 -forced-idr 1 -no-scenecut 1 -level 3.1 -bf 0 -g 600 ${rate.replace("1200", "1400")} ${MARKED}`,
  );
  expect(argvFor("480p", { name: "qsv" })).toContain(
    `scale=854:480,format=nv12 -c:v h264_qsv -preset veryfast -async_depth 1 -forced_idr 1 -bf 0 -g 600 ${rate} ${MARKED}`,
  );
  const vaapi = argvFor("480p", { name: "vaapi" });
  expect(vaapi).toStartWith(
    "/usr/bin/ffmpeg -hide_banner -nostdin -loglevel warning -vaapi_device /dev/dri/renderD128 -",
  );
  expect(vaapi).toContain(
    `scale=854:480,format=nv12,hwupload -c:v h264_vaapi -rc_mode VBR -idr_interval 0 -async_depth 1 -bf 0 -g 600 ${rate} ${MARKED}`,
  );
});
