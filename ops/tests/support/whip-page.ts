// A publisher by WHIP in Chromium, without anything of ours: a canvas that flashes and beeps once a second.

import { createSocket, type Socket } from "node:dgram";
import type { Page } from "playwright-core";
import type { TestBrowser } from "./browser.ts";

export interface WhipPage {
  page: Page;
  /** State of its connection: `connected`, `disconnected` … */
  state(): Promise<string>;
  /** The picture has this size from now on. */
  resize(width: number, height: number): Promise<void>;
  /** Ends the session as a client should. Resolves with the status of the answer. */
  end(): Promise<number>;
  close(): Promise<void>;
}

interface WhipPageOptions {
  browser: TestBrowser;
  /** Where offers go. */
  url: string;
  streamKey: string;
  /** Media go to this UDP port in place of the server's; default: to the server. */
  via?(port: number): Promise<number>;
}

interface Publishing {
  pc: RTCPeerConnection;
  canvas: HTMLCanvasElement;
  session: string;
  key: string;
}

/** Resolves once it has an answer. Rejects with the status of a refusal. */
export async function publishByWhip({ browser, url, streamKey, via }: WhipPageOptions): Promise<WhipPage> {
  // A secure context without a policy of ours.
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: () => new Response("<!doctype html><title>publisher</title>", { headers: { "content-type": "text/html" } }),
  });
  const page = await browser.open(String(server.url));
  await page.exposeFunction("viaPort", (port: number) => (via ? via(port) : port));
  try {
    await page.evaluate(publish, { url, key: streamKey });
  } catch (error) {
    await page.close();
    await server.stop(true);
    throw error;
  }
  return {
    page,
    state: () => page.evaluate(() => (window as unknown as { __whip: Publishing }).__whip.pc.connectionState),
    resize: (width, height) =>
      page.evaluate((size) => void Object.assign((window as unknown as { __whip: Publishing }).__whip.canvas, size), {
        width,
        height,
      }),
    end: () =>
      page.evaluate(async () => {
        const { pc, session, key } = (window as unknown as { __whip: Publishing }).__whip;
        const { status } = await fetch(session, { method: "DELETE", headers: { authorization: `Bearer ${key}` } });
        pc.close(); // Before, it would end the session by itself, and there would be nothing left to delete.
        return status;
      }),
    async close() {
      await page.close();
      await server.stop(true);
    },
  };
}

/** Runs in the page. */
async function publish({ url, key }: { url: string; key: string }) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  document.body.append(canvas);
  const context = canvas.getContext("2d", { alpha: false })!;
  const audio = new AudioContext({ sampleRate: 48_000 });
  const out = audio.createMediaStreamDestination();
  const gain = audio.createGain();
  gain.gain.value = 0;
  const tone = audio.createOscillator();
  tone.frequency.value = 1_000;
  tone.connect(gain).connect(out);
  tone.start();
  await audio.resume();
  let second = -1;
  setInterval(() => {
    const nowMs = performance.now();
    const flashes = nowMs % 1_000 < 200;
    if (flashes && Math.floor(nowMs / 1_000) !== second) {
      second = Math.floor(nowMs / 1_000);
      gain.gain.setValueAtTime(0.8, audio.currentTime);
      gain.gain.setValueAtTime(0, audio.currentTime + 0.2);
    }
    context.fillStyle = flashes ? "#fff" : "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    // Something that always moves, a twentieth of the picture.
    context.fillStyle = "#888";
    context.fillRect((nowMs / 5) % canvas.width, 0, canvas.width / 20, canvas.height);
  }, 25);
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  const video = pc.addTransceiver(canvas.captureStream(30).getVideoTracks()[0]!, { direction: "sendonly" });
  pc.addTransceiver(out.stream.getAudioTracks()[0]!, { direction: "sendonly" });
  const codecs = RTCRtpSender.getCapabilities("video")!.codecs;
  video.setCodecPreferences(codecs.filter(({ mimeType }) => /h264|rtx/i.test(mimeType)));
  const offer = await pc.createOffer();
  await pc.setLocalDescription(offer);
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/sdp", authorization: `Bearer ${key}` },
    body: offer.sdp!,
  });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  const port = Number(/^a=candidate:\S+ 1 udp \d+ \S+ (\d+) typ host/im.exec(await response.clone().text())![1]);
  const to = await (window as unknown as { viaPort(port: number): Promise<number> }).viaPort(port);
  const sdp = (await response.text()).replaceAll(` ${port} typ host`, ` ${to} typ host`);
  await pc.setRemoteDescription({ type: "answer", sdp });
  const session = new URL(response.headers.get("location")!, url).href;
  (window as unknown as { __whip: Publishing }).__whip = { pc, canvas, session, key };
}

export interface LossyLine {
  /** Of the line's near end, for `publishByWhip`. */
  via(port: number): Promise<number>;
  /** Packets of media that were dropped. */
  readonly dropped: number;
  close(): void;
}

/** A line that loses a share of the media that a publisher sends. Connection checks, handshakes and RTCP pass. */
export function lossyLine(share: number): LossyLine {
  const sockets: Socket[] = [];
  let dropped = 0;
  const bound = async () => {
    const socket = createSocket("udp4");
    sockets.push(socket);
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    return socket;
  };
  return {
    get dropped() {
      return dropped;
    },
    async via(port) {
      const [near, far] = [await bound(), await bound()];
      let client: { port: number; address: string } | null = null;
      let packets = 0;
      near.on("message", (packet, from) => {
        client = from;
        const isRtp = packet[0]! >> 6 === 2 && (packet[1]! < 192 || packet[1]! > 223);
        // Not by chance: the same share each time, and never two in a row.
        if (isRtp && Math.floor(++packets * share) > Math.floor((packets - 1) * share)) dropped++;
        else far.send(packet, port, "127.0.0.1");
      });
      far.on("message", (packet) => {
        if (client) near.send(packet, client.port, client.address);
      });
      return near.address().port;
    },
    close() {
      for (const socket of sockets) socket.close();
    },
  };
}
