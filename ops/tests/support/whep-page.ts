// A page that watches by WHEP, with nothing of our player in it, and what the browser says of it.

import type { Page } from "playwright-core";
import type { TestRelay } from "./relay.ts";

const SCRIPT = `
window.watchWhep = async ({ url, stereo }) => {
  const pc = new RTCPeerConnection();
  window.pc = pc;
  window.states = [];
  window.firstPictureMs = null;
  document.body.innerHTML = '<video autoplay playsinline style="width:640px"></video>';
  const video = document.querySelector("video");
  const startedMs = performance.now();
  video.requestVideoFrameCallback(() => { window.firstPictureMs = performance.now() - startedMs; });
  pc.onconnectionstatechange = () => window.states.push([pc.connectionState, performance.now() - startedMs]);
  pc.ontrack = ({ streams }) => { video.srcObject = streams[0]; };
  const mark = (what) => window.states.push([what, performance.now() - startedMs]);
  pc.oniceconnectionstatechange = () => mark("ice " + pc.iceConnectionState);
  pc.addTransceiver("video", { direction: "recvonly" });
  pc.addTransceiver("audio", { direction: "recvonly" });
  const offer = await pc.createOffer();
  mark("offer");
  if (stereo) offer.sdp = offer.sdp.replace(/(a=fmtp:\\d+ minptime=10[^\\r]*)/, "$1;stereo=1");
  await pc.setLocalDescription(offer);
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/sdp" }, body: pc.localDescription.sdp });
  mark("answer");
  if (response.status !== 201) return response.status + " " + await response.text();
  await pc.setRemoteDescription({ type: "answer", sdp: await response.text() });
  mark("set");
  const transport = pc.getReceivers()[0].transport;
  transport.onstatechange = () => mark("dtls " + transport.state);
  return response.headers.get("location");
};
window.statsOf = async () => {
  const found = { states: window.states, firstPictureMs: window.firstPictureMs };
  for (const one of (await window.pc.getStats()).values())
    if (one.type === "inbound-rtp") found[one.kind] = one;
    else if (one.type === "codec") found[one.mimeType] = one;
  return found;
};
`;

export interface WhepStats {
  states: [state: string, atMs: number][];
  firstPictureMs: number | null;
  video?: {
    framesDecoded: number;
    framesDropped: number;
    packetsLost: number;
    packetsReceived: number;
    nackCount: number;
    pliCount: number;
    freezeCount: number;
    totalFreezesDuration: number;
    frameWidth: number;
    frameHeight: number;
    jitterBufferDelay: number;
    jitterBufferEmittedCount: number;
    retransmittedPacketsReceived?: number;
    framesPerSecond?: number;
    estimatedPlayoutTimestamp?: number;
  };
  audio?: {
    packetsReceived: number;
    packetsLost: number;
    concealedSamples: number;
    silentConcealedSamples: number;
    totalSamplesReceived: number;
    totalAudioEnergy: number;
    jitterBufferDelay: number;
    jitterBufferEmittedCount: number;
    estimatedPlayoutTimestamp?: number;
  };
}

export interface WhepSite {
  url: string;
  /** SDP of the last offer and answer. */
  readonly offer: string;
  readonly answer: string;
  stop(): void;
}

interface SiteOptions {
  relay: TestRelay;
  channelId: string;
  /** What the page is told in place of the relay's answer. */
  changed?: (answer: string) => string;
}

/** In the place of an edge: hands offers to the relay. */
export function startWhepSite({ relay, channelId, changed = (answer) => answer }: SiteOptions): WhepSite {
  const last = { offer: "", answer: "" };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (request.method === "GET" && pathname === "/")
        return new Response("<!doctype html><title>whep</title><body>", { headers: { "content-type": "text/html" } });
      if (request.method !== "POST" || pathname !== "/whep") return new Response(null, { status: 404 });
      last.offer = await request.text();
      try {
        const { sessionId, answer } = await relay.open({ kind: "whep", channelId, offer: last.offer });
        last.answer = changed(answer);
        return new Response(last.answer, { status: 201, headers: { location: `/${sessionId}` } });
      } catch (error) {
        return new Response(String(error), { status: 500 });
      }
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/`,
    get offer() {
      return last.offer;
    },
    get answer() {
      return last.answer;
    },
    stop: () => void server.stop(true),
  };
}

/** Watches on that page, whatever it is; resolves with the Location of the session. Throws what the page was told. */
export async function watchWhep(page: Page, { url = "/whep", stereo = false } = {}): Promise<string> {
  await page.evaluate(SCRIPT);
  type Watch = (wanted: { url: string; stereo: boolean }) => Promise<string>;
  const told = await page.evaluate((wanted) => (window as never as { watchWhep: Watch }).watchWhep(wanted), {
    url,
    stereo,
  });
  if (!told?.startsWith("/")) throw new Error(`no session: ${told}`);
  return told;
}

export const whepStats = (page: Page): Promise<WhepStats> =>
  page.evaluate(() => (window as never as { statsOf(): Promise<WhepStats> }).statsOf());

export const leaveWhep = (page: Page): Promise<void> =>
  page.evaluate(() => (window as never as { pc: RTCPeerConnection }).pc.close());
