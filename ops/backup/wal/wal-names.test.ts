import { expect, test } from "bun:test";
import {
  historyOf,
  isArchived,
  isBefore,
  isSegment,
  nextSegment,
  previousSegment,
  segmentsBetween,
  timelineOf,
} from "./wal-names.ts";

const MIB16 = 16 * 1024 * 1024;

test("the file behind another carries into the upper half, and keeps the timeline", () => {
  expect(nextSegment("000000010000000000000005", MIB16)).toBe("000000010000000000000006");
  expect(nextSegment("0000000100000000000000FF", MIB16)).toBe("000000010000000100000000");
  expect(nextSegment("0000000A00000002000000FE", MIB16)).toBe("0000000A00000002000000FF");
  // With files of 1 GB there are four for each upper half.
  expect(nextSegment("000000010000000000000003", 1024 ** 3)).toBe("000000010000000100000000");
  expect(previousSegment("000000010000000100000000", MIB16)).toBe("0000000100000000000000FF");
  expect(previousSegment("000000020000000000000001", MIB16)).toBe("000000020000000000000000");
});

test("all files between two", () => {
  expect(segmentsBetween("0000000100000000000000FE", "000000010000000100000001", MIB16)).toEqual([
    "0000000100000000000000FE",
    "0000000100000000000000FF",
    "000000010000000100000000",
    "000000010000000100000001",
  ]);
  expect(segmentsBetween("000000010000000000000005", "000000010000000000000005", MIB16)).toHaveLength(1);
  expect(segmentsBetween("000000010000000000000005", "000000010000000000000004", MIB16)).toEqual([]);
});

test("what comes before counts over timelines, and histories have no place", () => {
  expect(isBefore("000000010000000000000004", "000000020000000000000005")).toBe(true);
  expect(isBefore("000000030000000000000005", "000000010000000000000005")).toBe(false);
  expect(isBefore("000000010000000000000004.00000028.backup", "000000010000000000000005")).toBe(true);
  expect(isBefore("00000002.history", "000000010000000000000005")).toBe(false);
});

test("only names that PostgreSQL gives are archived", () => {
  for (const name of [
    "000000010000000000000005",
    "00000002.history",
    "000000010000000000000005.partial",
    "000000010000000000000005.00000028.backup",
  ])
    expect(isArchived(name), name).toBe(true);
  for (const name of [".000000010000000000000005.tmp", "../x", "00000001000000000000000g", "archive-wal.sh", ""])
    expect(isArchived(name), name).toBe(false);
  expect([isSegment("00000002.history"), timelineOf("0000001000000000000000AA"), historyOf(26)]).toEqual([
    false,
    16,
    "0000001A.history",
  ]);
});
