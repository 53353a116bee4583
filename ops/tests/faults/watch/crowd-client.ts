// A process with many silent viewers in one room, each like the web app: after a loss it reconnects with `resume` after a random pause.
// The parent controls it over IPC; it answers `joined`, then a report on each request.

import { reconnectionAfter } from "#edge/web/app/chat/reconnect.ts";

export interface CrowdTask {
  /** Edges in order: the first one to join, then the next after each loss. */
  urls: string[];
  channel: string;
  count: number;
  /** Time over which the joins are spread. */
  overMs: number;
}

export interface CrowdReport {
  joined: number;
  /** Joins or reconnects without a welcome, by reason. */
  failures: Record<string, number>;
  /** Times from the loss of a socket to the welcome of the next, in ms. */
  returnsMs: number[];
  /** Times from the loss to the first try to reconnect, in ms. */
  pausesMs: number[];
  away: number;
  /** Gaps, repeats and refused resumes. */
  faults: number;
  /** Highest `seq` that each socket has seen. */
  heads: number[];
  /** Times from the first try to join to the welcome, in ms. */
  joinsMs: number[];
}

const WELCOME_WITHIN_MS = 10_000;
const FRAME = /"seq":(\d+),"at"/g;

class Viewer {
  headSeq = 0;
  isIn = false;
  #turn: number;
  #failures = 0;
  #lostMs: number | null = null;
  #beganMs = 0;

  constructor(
    private readonly task: CrowdTask,
    private readonly report: CrowdReport,
    turn: number,
  ) {
    this.#turn = turn;
  }

  enter() {
    const url = this.task.urls[this.#turn % this.task.urls.length] ?? "";
    const triedMs = performance.now();
    if (this.#beganMs === 0) this.#beganMs = triedMs;
    if (this.#lostMs !== null && this.#failures === 0) this.report.pausesMs.push(triedMs - this.#lostMs);
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/v1/channels/${this.task.channel}/chat`);
    const late = setTimeout(() => socket.close(), WELCOME_WITHIN_MS);
    const resume = this.headSeq > 0 ? { resume: { seq: this.headSeq } } : {};
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", ...resume }));
    socket.onmessage = ({ data }) => {
      const text = String(data);
      if (text.startsWith('{"type":"welcome"')) {
        clearTimeout(late);
        this.#welcomed(text);
      }
      this.#follow(text);
    };
    socket.onclose = ({ code }) => {
      clearTimeout(late);
      this.#away(code);
    };
  }

  #welcomed(text: string) {
    const nowMs = performance.now();
    const { resumed, seq } = JSON.parse(text) as { resumed: boolean; seq: number };
    if (this.headSeq > 0 && !resumed) this.report.faults++;
    if (this.#lostMs === null) {
      this.report.joined++;
      this.report.joinsMs.push(nowMs - this.#beganMs);
      if (seq > 0 && !text.includes('"entries":[{')) this.headSeq = seq;
    } else this.report.returnsMs.push(nowMs - this.#lostMs);
    this.#lostMs = null;
    this.#failures = 0;
    this.isIn = true;
  }

  /** Entries are not parsed completely, because each arrives at thousands of sockets. */
  #follow(text: string) {
    for (const [, found] of text.matchAll(FRAME)) {
      const seq = Number(found);
      if (this.headSeq > 0 && seq !== this.headSeq + 1) this.report.faults++;
      this.headSeq = seq;
    }
  }

  #away(code: number) {
    if (this.isIn) this.#lostMs = performance.now();
    else {
      this.#failures++;
      this.report.failures[code] = (this.report.failures[code] ?? 0) + 1;
    }
    this.isIn = false;
    this.#turn++;
    const next = reconnectionAfter({ code, failures: this.#failures, chance: Math.random() });
    if (next.reconnect) setTimeout(() => this.enter(), next.delayMs);
  }
}

if (import.meta.main) {
  let viewers: Viewer[] = [];
  const report: CrowdReport = {
    joined: 0,
    failures: {},
    returnsMs: [],
    pausesMs: [],
    away: 0,
    faults: 0,
    heads: [],
    joinsMs: [],
  };
  process.on("message", (message: CrowdTask | "report") => {
    if (message === "report") {
      report.away = viewers.filter(({ isIn }) => !isIn).length;
      report.heads = viewers.map(({ headSeq }) => headSeq);
      process.send?.(report);
      return;
    }
    viewers = Array.from({ length: message.count }, () => new Viewer(message, report, 0));
    for (const [index, viewer] of viewers.entries())
      setTimeout(() => viewer.enter(), (index / message.count) * message.overMs);
  });
}
