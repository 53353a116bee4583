// Viewers by WHEP as a process for the bench: connections that decrypt what comes and drop it, but for the first one, whose packets are counted.

import { answer } from "#ops/tests/support/helper-process.ts";
import { createViewerClient, type ViewerClient } from "#transcoding/relay/testing-client.ts";

const viewers: ViewerClient[] = [];

answer({
  ready: () => true,
  /** Makes a viewer; returns its offer. */
  async offer(): Promise<string> {
    const viewer = await createViewerClient({ keeps: viewers.length === 0 });
    viewers.push(viewer);
    return viewer.offer;
  },
  /** Of the newest viewer. */
  answered(sdp: string) {
    viewers.at(-1)!.answered(sdp);
  },
  /** Since the last call: what the first viewer received, and how many packets its numbers say that it did not. */
  received() {
    const { video, audio } = viewers[0]!;
    const numbers = video.map((packet) => packet.readUInt16BE(2));
    const span = numbers.length > 0 ? ((numbers.at(-1)! - numbers[0]! + 0x10000) % 0x10000) + 1 : 0;
    const bytes = [...video, ...audio].reduce((sum, { length }) => sum + length, 0);
    const told = { packets: video.length + audio.length, missing: span - numbers.length, bytes };
    video.length = 0;
    audio.length = 0;
    return told;
  },
  leave() {
    for (const viewer of viewers.splice(0)) viewer.close();
  },
});
