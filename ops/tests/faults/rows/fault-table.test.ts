import { expect, test } from "bun:test";
import { lineOf, withTable } from "./fault-table.ts";

const page = (inside: string) => `# Page\n\n<!-- faults:begin -->${inside}<!-- faults:end -->\n\nmore\n`;

test("rows that were run get a new line, others keep their last one, and all are in order", () => {
  const first = withTable(page("\n"), new Map([["F-02", "| **F-02** b | 1 |"]]), "made on Monday");
  const second = withTable(first, new Map([["F-01", "| **F-01** a | 2 |"]]), "made on Tuesday");
  const third = withTable(second, new Map([["F-02", "| **F-02** b | 3 |"]]), "made on Wednesday");
  expect(third).toStartWith("# Page\n\n<!-- faults:begin -->\nmade on Wednesday\n\n| fault |");
  expect(third.match(/^\| \*\*.*$/gm)).toEqual(["| **F-01** a | 2 |", "| **F-02** b | 3 |"]);
  expect(third).toEndWith("<!-- faults:end -->\n\nmore\n");
});

test("a page without markers is refused", () => {
  expect(() => withTable("# Page\n", new Map(), "")).toThrow("is missing");
});

test("a recovery during the fault is timed from its start, a later one from its end", () => {
  const row = { id: "F-00", name: "something", takenOver: true, limits: { callMs: 1_500 } };
  const measured = new Map(
    Object.entries({
      takeOverMs: 9_400,
      callMs: 20,
      lineMs: 20_500,
      pictureMs: 12_000,
      numberMs: 12_000,
      resumeLineMs: 500,
    }),
  );
  expect(lineOf(row, measured)).toBe(
    "| **F-00** something | another owner by one claim, call ≤ 1.5 s | 9.4 s | 20 ms | +500 ms | 12.0 s | 12.0 s |",
  );
});
