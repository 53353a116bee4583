// Writes the table of faults and recovery times in ops/README.md, when the suite runs with FAULT_TABLE=1.

import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { SLOWNESS } from "#schema/testing-slowness.ts";
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

  /** Adds a row that passed. */
  add(row: Pick<FaultRow, "id" | "name" | "takenOver" | "limits">, measured: Measured) {
    this.#lines.set(row.id, lineOf(row, measured));
  }

  /** Adds a fault measured without a show: text in place of times. */
  addPlain(row: { id: string; name: string; holds: string; outcome: string }) {
    this.#lines.set(
      row.id,
      `| **${row.id}** ${row.name} | ${row.holds}. Measured: ${row.outcome} | – | – | – | – | – |`,
    );
  }

  /** Writes the page, if requested; rows that were not run keep their last line. */
  write() {
    if (process.env.FAULT_TABLE !== "1" || this.#lines.size === 0) return;
    writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), this.#lines, madeBy()));
  }
}

/** The page with these lines in place of those with the same id, sorted by id. Throws when the page has no markers. */
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

/** Times count from the fault. A recovery after the end of the fault counts from that end and has a `+`. */
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
  const patience = SLOWNESS === 1 ? "" : `, limits × ${SLOWNESS}`;
  return `Last run ${day} on ${cpus().length} × ${cpu?.model.trim() ?? "?"}, Bun ${Bun.version}${patience}. Times count from the fault; with a + they count from its end, for what recovered only after it.`;
}
