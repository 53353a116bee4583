// What PostgreSQL read for a page of a list, by the plans that auto_explain tells with the values that were asked.

import { connectDatabase, type Sql } from "#schema/database.ts";

/** Of each page. */
const READINGS = 8;

type Counts = Record<string, number>;

export interface PageReads {
  rows: readonly unknown[];
  /** Of the longest reading. */
  ms: number;
  /** Rows that were looked at in the worst reading, by table; those that a filter dropped count. */
  reads: Counts;
  /** Entries of an index from which a bitmap was made, by index: some thousands a millisecond. An inverted index finds all or none. */
  entries: Counts;
  /** Of the last reading, as JSON, one per statement. */
  plans: string[];
}

export interface PlanReader {
  read(list: (sql: Sql) => Promise<readonly unknown[]>): Promise<PageReads>;
  close(): Promise<void>;
}

export async function readPlans(url: string): Promise<PlanReader> {
  let notices: string[] = [];
  const database = connectDatabase({
    ...{ url, applicationName: "plans", connectionsMax: 1 },
    onNotice: (text) => void notices.push(text),
  });
  await database.sql.unsafe(
    `LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_analyze = on;
     SET auto_explain.log_format = json; SET client_min_messages = log`,
  );
  return {
    async read(list) {
      let [rows, ms]: [readonly unknown[], number] = [[], 0];
      const [reads, entries]: [Counts, Counts] = [{}, {}];
      let plans: string[] = [];
      // A prepared statement may get a plan for any values from its sixth execution on.
      for (let time = 0; time < READINGS; time++) {
        notices = [];
        const beganMs = performance.now();
        rows = await list(database.sql);
        ms = Math.max(ms, Math.round(performance.now() - beganMs));
        plans = notices.filter((text) => text.includes("plan:\n")).map((text) => text.slice(text.indexOf("{")));
        const counted = { reads: {}, entries: {} };
        for (const plan of plans) count((JSON.parse(plan) as { Plan: Node }).Plan, counted);
        raise(reads, counted.reads);
        raise(entries, counted.entries);
      }
      return { rows, ms, reads, entries, plans };
    },
    close: () => database.close(),
  };
}

interface Node {
  "Relation Name"?: string;
  "Index Name"?: string;
  /** Of one loop, as are those that were removed. */
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: Node[];
}

function count(node: Node, { reads, entries }: { reads: Counts; entries: Counts }): void {
  const removed = (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
  const seen = Math.round((node["Actual Rows"] + removed) * node["Actual Loops"]);
  const [table, index] = [node["Relation Name"], node["Index Name"]];
  if (table !== undefined) reads[table] = (reads[table] ?? 0) + seen;
  else if (index !== undefined) entries[index] = (entries[index] ?? 0) + seen;
  for (const child of node.Plans ?? []) count(child, { reads, entries });
}

function raise(most: Counts, counted: Counts): void {
  for (const [place, count] of Object.entries(counted)) most[place] = Math.max(most[place] ?? 0, count);
}
