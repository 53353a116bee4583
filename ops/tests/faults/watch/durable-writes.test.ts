// The check of the ledger finds violations. The long suite tests its triggers on a real database.

import { expect, test } from "bun:test";
import { type DurableWrite, ledgerFaults } from "./durable-writes.ts";

const key = "00000000-0000-7000-8000-000000000001";
const ledger = (...writes: [what: string, writer: string, epoch: number][]): DurableWrite[] =>
  writes.map(([what, writer, epoch], index) => ({ n: index + 1, what, writer, epoch, key }));

test("writes of one owner after the other are in order", () => {
  const writes = ledger(
    ["claim", "a", 1],
    ["save", "a", 1],
    ["chat_entries", "a", 1],
    ["claim", "b", 2],
    ["save", "b", 2],
  );
  expect(ledgerFaults(writes)).toEqual([]);
});

test("a write of a replaced owner is found by its epoch and by its writer", () => {
  const writes = ledger(["claim", "a", 1], ["claim", "b", 2], ["chat_entries", "a", 1]);
  expect(ledgerFaults(writes)).toEqual([
    "write 3 (chat_entries) is of epoch 1, after 2",
    "write 3 (chat_entries) is of a, after b had claimed",
  ]);
});
