// What failed in a test run, gathered from the output, so that it stands once more at the end: logs of CI are cut in the middle.

/** Lines kept of what a test printed before it failed. */
const LINES_MAX = 40;
const FAILURES_MAX = 12;

/** Reads one stream of a command as it comes. Keeps the last lines, and an excerpt for each failed test. */
export class Failures {
  readonly excerpts: string[] = [];
  private readonly decoder = new TextDecoder();
  private partial = "";
  private recent: string[] = [];

  /** Bytes of any length, also half a line. */
  see(bytes: Uint8Array): void {
    const lines = (this.partial + this.decoder.decode(bytes, { stream: true })).split("\n");
    this.partial = lines.pop() ?? "";
    for (const line of lines) this.line(line);
  }

  /** The excerpts of a command that has ended. Without a failed test, the reason of a code other than 0 is in the last lines. */
  ofEnded(code: number): string[] {
    if (this.partial !== "") this.line(this.partial);
    this.partial = "";
    const told = this.excerpts.length > 0 || code === 0 || this.recent.length === 0;
    return told ? this.excerpts : [this.recent.join("\n")];
  }

  private line(line: string): void {
    // A test that ended says in this line how; what belongs to it stands before.
    const [ended] = /^\((?:pass|fail|skip|todo)\)/.exec(line) ?? [];
    this.recent.push(line);
    if (this.recent.length > LINES_MAX) this.recent.shift();
    if (ended === "(fail)" && this.excerpts.length < FAILURES_MAX) this.excerpts.push(this.recent.join("\n"));
    if (ended) this.recent = [];
  }
}
