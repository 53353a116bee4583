// What is sent, each second, of the browser's statistics of its connection.

export interface SendingStats {
  kbps: number;
  fps: number;
  width: number;
  height: number;
  /** What keeps the browser from sending the quality that was chosen; null: nothing. */
  limit: "cpu" | "bandwidth" | null;
  /** Since the server last said what has come; 0 before the first time. */
  unheardMs: number;
}

interface OutboundReport {
  type?: string;
  /** Of `remote-inbound-rtp`: when the server's newest report came. */
  timestamp?: number;
  kind?: string;
  bytesSent?: number;
  framesPerSecond?: number;
  frameWidth?: number;
  frameHeight?: number;
  qualityLimitationReason?: string;
}

export class SendingFigures {
  private before: { bytes: number; atMs: number } | null = null;
  private heard: { timestamp: number; atMs: number } | null = null;

  take(stats: RTCStatsReport, atMs: number): SendingStats {
    let bytes = 0;
    let video: OutboundReport = {};
    for (const one of stats.values() as Iterable<OutboundReport>) {
      if (one.type === "remote-inbound-rtp") this.hear(one.timestamp ?? 0, atMs);
      if (one.type !== "outbound-rtp") continue;
      bytes += one.bytesSent ?? 0;
      if (one.kind === "video") video = one;
    }
    const { before } = this;
    this.before = { bytes, atMs };
    const bits = before && atMs > before.atMs ? ((bytes - before.bytes) * 8) / (atMs - before.atMs) : 0;
    const { framesPerSecond = 0, frameWidth = 0, frameHeight = 0, qualityLimitationReason: reason } = video;
    return {
      kbps: Math.max(0, Math.round(bits)),
      fps: Math.round(framesPerSecond),
      width: frameWidth,
      height: frameHeight,
      limit: reason === "cpu" || reason === "bandwidth" ? reason : null,
      unheardMs: this.heard ? atMs - this.heard.atMs : 0,
    };
  }

  private hear(timestamp: number, atMs: number) {
    if (timestamp > (this.heard?.timestamp ?? 0)) this.heard = { timestamp, atMs };
  }
}
