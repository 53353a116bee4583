// Sends requests to an edge throughout a fault: every answer must come in time, and with an expected status.

interface ProbeOptions {
  urls: string[];
  /** Requested from each edge. */
  path: string;
  /** Request options. Default: a GET without a token. */
  send?: { method: string; token: string; body: unknown };
  /** Accepted statuses. Default 200 and 503. */
  statuses?: number[];
  /** Longest time that an answer may take. */
  withinMs: number;
}

const EVERY_MS = 200;

export class HttpProbe {
  readonly #counts = new Map<number, number>();
  readonly #faults: string[] = [];
  #slowestMs = 0;
  #stopped = false;
  readonly #work: Promise<unknown>;

  constructor(private readonly options: ProbeOptions) {
    this.#work = Promise.all(options.urls.map((url) => this.#ask(`${url}${options.path}`)));
  }

  /** Throws the faults; resolves with counts of answers. */
  async finish(): Promise<string> {
    await this.stop();
    if (this.#faults.length > 0)
      throw new Error(`${this.#faults.length} faults: ${this.#faults.slice(0, 5).join("; ")}`);
    const counts = [...this.#counts].map(([status, times]) => `${times} × ${status}`);
    const { path, send } = this.options;
    return `${send?.method ?? "GET"} ${path}: ${counts.join(", ")}, slowest ${Math.round(this.#slowestMs)} ms`;
  }

  async stop() {
    this.#stopped = true;
    await this.#work;
  }

  async #ask(url: string) {
    const { withinMs, statuses = [200, 503], send } = this.options;
    const request = send && {
      method: send.method,
      headers: { authorization: `Bearer ${send.token}`, "content-type": "application/json" },
      body: JSON.stringify(send.body),
    };
    while (!this.#stopped) {
      const startMs = performance.now();
      const response = await fetch(url, { ...request, signal: AbortSignal.timeout(withinMs) }).catch(() => null);
      const text = await response?.text().catch(() => "");
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startMs);
      if (!response) this.#faults.push(`${url} did not answer within ${withinMs} ms`);
      else if (!statuses.includes(response.status))
        this.#faults.push(`${url} → ${response.status} ${text?.slice(0, 200)}`);
      else if (response.status === 503 && !response.headers.has("retry-after"))
        this.#faults.push("503 without Retry-After");
      if (response) this.#counts.set(response.status, (this.#counts.get(response.status) ?? 0) + 1);
      await Bun.sleep(EVERY_MS);
    }
  }
}
