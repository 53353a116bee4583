// The ledger's judge finds what it is there to find; its triggers are used by the long suite on a real database.

import { expect, test } from "bun:test";
import { type DurableWrite, ledgerFaults } from "./durable-writes.ts";

const key = "00000000-0000-7000-8000-000000000001";
const ledger = (...writes: [what: string, writer: string, epoch: number][]): DurableWrite[] =>
  writes.map(([what, writer, epoch], index) => ({ n: index + 1, what, writer, epoch, key }));

test("one owner after the other is in order", () => {
  const writes = ledger(
    ["claim", "a", 1],
    ["save", "a", 1],
    ["chat_entries", "a", 1],
    ["claim", "b", 2],
    ["save", "b", 2],
  );
  expect(ledgerFaults(writes)).toEqual([]);
});

test("a zombie's write is found, by its epoch and by its writer", () => {
  const writes = ledger(["claim", "a", 1], ["claim", "b", 2], ["chat_entries", "a", 1]);
  expect(ledgerFaults(writes)).toEqual([
    "write 3 (chat_entries) is of epoch 1, after 2",
    "write 3 (chat_entries) is of a, after b had claimed",
  ]);
});
