import { expect, test } from "bun:test";
import { Failures } from "./failures.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("a failed test is kept with what was printed since the test before it, wherever the output is cut", () => {
  const output = "(pass) one\nerror: 1 is not 2 – ü\n  at here\n(fail) two [3ms]\n(pass) three\n";
  for (let cut = 0; cut <= bytes(output).length; cut++) {
    const failures = new Failures();
    failures.see(bytes(output).subarray(0, cut));
    failures.see(bytes(output).subarray(cut));
    expect(failures.ofEnded(1)).toEqual(["error: 1 is not 2 – ü\n  at here\n(fail) two [3ms]"]);
  }
});

test("a command that ends with a code and without a failed test is kept by its last 40 lines", () => {
  const failures = new Failures();
  failures.see(bytes(Array.from({ length: 100 }, (_, line) => `line ${line}`).join("\n")));
  const [last = ""] = failures.ofEnded(2);
  expect(last.split("\n").length).toBe(40);
  expect(last.endsWith("line 98\nline 99")).toBe(true);
});

test("a command that ends well has nothing to say, and at most 12 failures are kept", () => {
  const well = new Failures();
  well.see(bytes("(pass) one\nall is well"));
  expect(well.ofEnded(0)).toEqual([]);
  const many = new Failures();
  for (let test = 0; test < 20; test++) many.see(bytes(`(fail) ${test}\n`));
  expect(many.ofEnded(1).length).toBe(12);
});
