// Live media without an encoder, an ingest and actors: a clip that is played again and again in real time, as an edge pushes it by live.ws.

import type { ServerWebSocket } from "bun";
import { type Fragment, rewriteTfdt } from "#runtime/fmp4/fragment.ts";
import type { Track } from "#runtime/fmp4/init.ts";
import {
  LIVE_PROTOCOL,
  type LiveFrame,
  type LiveHead,
  type LiveRendition,
  RECORD,
  recordsFrame,
} from "#schema/wire/live-stream.ts";
import { Splitter } from "#transcoding/fmp4/splitter.ts";
import { ffmpegOutput } from "#transcoding/intake/flv/testing.ts";

export interface LiveClip {
  init: Uint8Array;
  tracks: Track[];
  /** Of one picture and its sound each; the first begins with a keyframe. */
  fragments: Fragment[];
  durationMs: number;
}

interface ClipOptions {
  seconds?: number;
  /** `320x180` */
  size?: string;
  kbps?: number;
  /** Further words for the picture's encoder. */
  video?: string;
}

/** A moving picture with noise, so that it has its bitrate, a keyframe every two seconds, and a tone. */
export async function makeLiveClip({
  seconds = 8,
  size = "640x360",
  kbps = 1_000,
  video = "",
}: ClipOptions = {}): Promise<LiveClip> {
  const words = [
    `-f lavfi -i testsrc2=s=${size}:r=30:d=${seconds} -f lavfi -i sine=r=48000:f=440:d=${seconds}`,
    `-vf noise=alls=12:allf=t,format=yuv420p -c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline`,
    `-g 60 -keyint_min 60 -sc_threshold 0 -b:v ${kbps}k -maxrate ${kbps}k -bufsize ${kbps}k ${video}`,
    "-c:a aac -b:a 128k -ac 2 -f mp4 -movflags +empty_moov+default_base_moof+frag_keyframe+skip_trailer -use_editlist 0",
    "-avoid_negative_ts disabled -video_track_timescale 90000 -frag_duration 31666 pipe:1",
  ];
  const bytes = await ffmpegOutput(words.join(" ").split(" ").filter(Boolean));
  const clip: LiveClip = { init: new Uint8Array(0), tracks: [], fragments: [], durationMs: seconds * 1_000 };
  const splitter = new Splitter({
    init: (init, tracks) => Object.assign(clip, { init, tracks }),
    fragment: ({ data, tracks }) => clip.fragments.push({ data: data.slice(), tracks }),
  });
  splitter.push(bytes);
  return clip;
}

interface Sent {
  frame: Uint8Array<ArrayBuffer>;
  key: boolean;
}

/** One rendition on air. */
class OnAir {
  #group: Sent[] = [];
  #next = 0;
  #loops = 0;

  constructor(
    readonly name: string,
    readonly clip: LiveClip,
  ) {}

  get group(): readonly Sent[] {
    return this.#group;
  }

  /** What is due at that time since the start. */
  *due(ms: number): Generator<Sent> {
    for (;;) {
      const { fragments, durationMs } = this.clip;
      const fragment = fragments[this.#next]!;
      const offsetMs = this.#loops * durationMs;
      if (offsetMs + timeOf(fragment) > ms) return;
      const moved = { data: fragment.data.slice(), tracks: fragment.tracks.map((track) => ({ ...track })) };
      rewriteTfdt(moved, offsetMs);
      const key = moved.tracks.some(({ track, keyframe }) => track.kind === "video" && keyframe);
      const sent = {
        frame: recordsFrame([{ kind: RECORD.fragment, key, part: 0, number: this.#loops, bytes: moved.data }]),
        key,
      };
      if (key) this.#group = [];
      this.#group.push(sent);
      this.#next = (this.#next + 1) % fragments.length;
      if (this.#next === 0) this.#loops++;
      yield sent;
    }
  }
}

function timeOf({ tracks }: Fragment): number {
  const [first] = tracks;
  return (first!.decodeTime * 1_000) / first!.track.timescale;
}

export interface MadeUpLive {
  /** As in EDGE_URLS. */
  url: string;
  /** Sockets that are open now. */
  readonly sockets: number;
  /** The encoder is away until `resume`, which begins another stream, some seconds later on the clock. */
  pause(): void;
  resume(): void;
  /** The broadcast is over. */
  end(): void;
  stop(): void;
}

interface Watching {
  rendition: OnAir;
}

/** Renditions by their names, best first. */
export function startMadeUpLive(clips: Record<string, LiveClip>): MadeUpLive {
  const startedMs = Date.now();
  let [epoch, clockMs, isPaused] = [1, startedMs, false];
  let onAir = new Map(Object.entries(clips).map(([name, clip]) => [name, new OnAir(name, clip)]));
  const open = new Set<ServerWebSocket<Watching>>();
  const renditions: LiveRendition[] = Object.entries(clips).map(([name, { tracks, fragments, durationMs }]) => {
    const bytes = fragments.reduce((sum, { data }) => sum + data.length, 0);
    const picture = tracks.find(({ kind }) => kind === "video")!;
    return { name, bandwidth: Math.round((bytes * 8_000) / durationMs), width: picture.width, height: picture.height };
  });
  const say = (ws: ServerWebSocket<Watching>, frame: LiveFrame) => ws.send(JSON.stringify(frame));
  const begin = (ws: ServerWebSocket<Watching>) => {
    const { name, clip, group } = ws.data.rendition;
    const { width, height } = renditions.find((one) => one.name === name)!;
    const codecs = clip.tracks.map(({ codec }) => codec).join();
    const head: LiveHead = {
      type: "head",
      broadcastId: "made-up",
      epoch,
      rendition: name,
      codecs,
      width,
      height,
      clockMs,
    };
    say(ws, head);
    ws.send(recordsFrame([{ kind: RECORD.init, key: false, part: 0, number: 0, bytes: clip.init }]));
    for (const { frame } of group) ws.send(frame);
  };
  const server = Bun.serve<Watching>({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request, server) {
      const { pathname, searchParams } = new URL(request.url);
      if (!pathname.endsWith("/live.ws")) return new Response(null, { status: 404 });
      const rendition = onAir.get(searchParams.get("rendition") ?? "") ?? [...onAir.values()][0]!;
      const headers = { "sec-websocket-protocol": LIVE_PROTOCOL };
      return server.upgrade(request, { data: { rendition }, headers })
        ? undefined
        : new Response(null, { status: 400 });
    },
    websocket: {
      open(ws) {
        open.add(ws);
        say(ws, { type: "renditions", renditions });
        if (isPaused) return;
        begin(ws);
        ws.subscribe(ws.data.rendition.name);
      },
      message() {},
      close: (ws) => void open.delete(ws),
    },
  });
  const playing = setInterval(() => {
    if (isPaused) return;
    for (const [name, rendition] of onAir)
      for (const { frame } of rendition.due(Date.now() - clockMs)) server.publish(name, frame);
  }, 5);
  return {
    url: `http://127.0.0.1:${server.port}`,
    get sockets() {
      return open.size;
    },
    pause() {
      isPaused = true;
    },
    resume() {
      epoch++;
      clockMs = Date.now();
      onAir = new Map(Object.entries(clips).map(([name, clip]) => [name, new OnAir(name, clip)]));
      isPaused = false;
      for (const ws of open) {
        ws.data.rendition = onAir.get(ws.data.rendition.name)!;
        begin(ws);
        ws.subscribe(ws.data.rendition.name);
      }
    },
    end() {
      for (const ws of open) {
        say(ws, { type: "ended" });
        ws.close(1000, "the broadcast is over");
      }
    },
    stop() {
      clearInterval(playing);
      void server.stop(true);
    },
  };
}

/** In the place of an actor node: the endless body of the one rendition `source`, for an edge. */
export function startMadeUpOrigin(clip: LiveClip, broadcastId: string): { url: string; stop(): void } {
  const clockMs = Date.now();
  const onAir = new OnAir("source", clip);
  const readers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const picture = clip.tracks.find(({ kind }) => kind === "video")!;
  const codecs = clip.tracks.map(({ codec }) => codec).join();
  const { width, height } = picture;
  const head: LiveHead = { type: "head", broadcastId, epoch: 1, rendition: "source", codecs, width, height, clockMs };
  const whole = (kind: number, bytes: Uint8Array) => ({ kind, key: false, part: 0, number: 0, bytes });
  const body = () => {
    let mine: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream<Uint8Array>({
      start(controller) {
        mine = controller;
        const first = [
          whole(RECORD.head, new TextEncoder().encode(JSON.stringify(head))),
          whole(RECORD.init, clip.init),
        ];
        controller.enqueue(recordsFrame(first));
        for (const { frame } of onAir.group) controller.enqueue(frame);
        readers.add(controller);
      },
      cancel: () => void readers.delete(mine),
    });
  };
  const index = `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=3000000,CODECS="${codecs}",RESOLUTION=${width}x${height}\nsource.m3u8\n`;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith("/source/live")) return new Response(body());
      return pathname.endsWith("/index.m3u8")
        ? new Response(index, { headers: { "x-epoch": "1" } })
        : new Response(null, { status: 404 });
    },
  });
  const playing = setInterval(() => {
    for (const { frame } of onAir.due(Date.now() - clockMs)) for (const reader of readers) reader.enqueue(frame);
  }, 5);
  return {
    url: `http://127.0.0.1:${server.port}`,
    stop() {
      clearInterval(playing);
      void server.stop(true);
    },
  };
}
