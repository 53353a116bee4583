// The table of faults and recovery times in ops/README.md, made by a run of the suite with FAULT_TABLE=1.

import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { SLACK } from "../slack.ts";
import type { FaultRow, LimitedTime } from "./fault-row.ts";
import type { Measured } from "./run-row.ts";

const PAGE = join(import.meta.dir, "../../../README.md");
const BEGIN = "<!-- faults:begin -->";
const END = "<!-- faults:end -->";
const HEAD = [
  "| fault | what must hold | taken over | first call | line stored | picture | new number |",
  "|---|---|---|---|---|---|---|",
];
const NAMES: Partial<Record<LimitedTime, string>> = {
  takeOverMs: "taken over",
  callMs: "call",
  lineMs: "line",
  pictureMs: "picture",
  numberMs: "number",
  stillMs: "without a new part",
  silentMs: "without a stored line",
  resumeCallMs: "call after it",
  resumeLineMs: "line after it",
  resumePictureMs: "picture after it",
  resumeNumberMs: "number after it",
};

export class FaultTable {
  readonly #lines = new Map<string, string>();

  /** A row that kept all it had to. */
  add(row: Pick<FaultRow, "id" | "name" | "takenOver" | "limits">, measured: Measured) {
    this.#lines.set(row.id, lineOf(row, measured));
  }

  /** A fault that no show is measured by: its own words in place of times. */
  addPlain(row: { id: string; name: string; holds: string; outcome: string }) {
    this.#lines.set(
      row.id,
      `| **${row.id}** ${row.name} | ${row.holds}. Measured: ${row.outcome} | – | – | – | – | – |`,
    );
  }

  /** Into the page, when asked for; rows that were not run keep their last line. */
  write() {
    if (process.env.FAULT_TABLE !== "1" || this.#lines.size === 0) return;
    writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), this.#lines, madeBy()));
  }
}

/** The page with these lines put in the place of those of the same id, sorted by it. Throws when it has no markers. */
export function withTable(page: string, lines: ReadonlyMap<string, string>, made: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${BEGIN} … ${END} is missing`);
  const before = page.slice(from + BEGIN.length, to).split("\n");
  const kept = before.flatMap((line): [string, string][] => {
    const [, id] = /^\| \*\*([^*]+)\*\*/.exec(line) ?? [];
    return id ? [[id, line]] : [];
  });
  const all = [...new Map([...kept, ...lines])].sort(([a], [b]) => (a < b ? -1 : 1));
  const table = [BEGIN, made, "", ...HEAD, ...all.map(([, line]) => line), ""].join("\n");
  return `${page.slice(0, from)}${table}${page.slice(to)}`;
}

/** Times are counted from the fault; what came back only after its end, with a `+` from there. */
export function lineOf(
  { id, name, takenOver, limits }: Pick<FaultRow, "id" | "name" | "takenOver" | "limits">,
  ms: Measured,
) {
  const bounds = Object.entries(limits).map(
    ([limit, max]) => `${NAMES[limit as LimitedTime] ?? limit} ≤ ${seconds(max)}`,
  );
  const holds = [takenOver ? "another owner by one claim" : "the owner stays", ...bounds].join(", ");
  const time = (what: "Call" | "Line" | "Picture" | "Number") => {
    const resumeMs = ms.get(`resume${what}Ms`) ?? 0;
    return resumeMs > 0 ? `+${seconds(resumeMs)}` : seconds(ms.get(`${what.toLowerCase()}Ms`) ?? 0);
  };
  const taken = takenOver ? seconds(ms.get("takeOverMs") ?? 0) : "no";
  const cells = [`**${id}** ${name}`, holds, taken, time("Call"), time("Line"), time("Picture"), time("Number")];
  return `| ${cells.join(" | ")} |`;
}

/** `3 busy, 5 answered` */
export const inWords = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(", ") || "none";

export const seconds = (ms: number) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

function madeBy() {
  const [cpu] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  const patience = SLACK === 1 ? "" : `, limits × ${SLACK}`;
  return `Last run ${day} on ${cpus().length} × ${cpu?.model.trim() ?? "?"}, Bun ${Bun.version}${patience}. Times from the fault on; with + what came back only after its end, from there on.`;
}
