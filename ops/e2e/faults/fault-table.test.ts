import { expect, test } from "bun:test";
import { withTable } from "./fault-table.ts";

const page = (inside: string) => `# Page\n\n<!-- faults:begin -->${inside}<!-- faults:end -->\n\nmore\n`;

test("rows that were not run keep their last line, the others get theirs anew, in order", () => {
  const first = withTable(page("\n"), new Map([["F-02", "| **F-02** b | 1 |"]]), "made on Monday");
  const second = withTable(first, new Map([["F-01", "| **F-01** a | 2 |"]]), "made on Tuesday");
  const third = withTable(second, new Map([["F-02", "| **F-02** b | 3 |"]]), "made on Wednesday");
  expect(third).toStartWith("# Page\n\n<!-- faults:begin -->\nmade on Wednesday\n\n| fault |");
  expect(third.match(/^\| \*\*.*$/gm)).toEqual(["| **F-01** a | 2 |", "| **F-02** b | 3 |"]);
  expect(third).toEndWith("<!-- faults:end -->\n\nmore\n");
});

test("a page without markers is not written to", () => {
  expect(() => withTable("# Page\n", new Map(), "")).toThrow("is missing");
});
