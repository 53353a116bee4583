// Lists TCP ports and addresses on which the descendants of a process listen (Linux).

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { descendantsOf } from "../support/descendants.ts";

export interface Listening {
  address: string;
  port: number;
  /** Name of the program. */
  command: string;
}

const LISTEN = "0A";

export function listeningOf(rootPid: number): Listening[] {
  const sockets = new Map([...entries("/proc/net/tcp"), ...entries("/proc/net/tcp6")]);
  const found = new Map<string, Listening>();
  for (const { pid, command } of descendantsOf(rootPid))
    for (const inode of inodesOf(pid)) {
      const at = sockets.get(inode);
      if (at) found.set(`${at.address}:${at.port}`, { ...at, command: basename(command.split(/[\s\0]/)[0] ?? "") });
    }
  return [...found.values()];
}

/** Listening addresses by inode. */
function entries(file: string): [string, { address: string; port: number }][] {
  return readFileSync(file, "utf8")
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [address = "", port = ""] = (fields[1] ?? "").split(":");
      if (fields[3] !== LISTEN) return [];
      return [[fields[9] ?? "", { address: addressOf(address), port: Number.parseInt(port, 16) }]];
    });
}

/** The kernel prints words of four bytes, each with its lowest byte first. */
function addressOf(hex: string): string {
  if (hex.length === 8)
    return hex
      .match(/../g)!
      .reverse()
      .map((byte) => Number.parseInt(byte, 16))
      .join(".");
  if (/^0{31}1$/.test(hex) || hex === "00000000000000000000000001000000") return "::1";
  const mapped = /^0{16}FFFF0000(.{8})$/i.exec(hex)?.[1];
  return mapped ? addressOf(mapped) : `[${hex}]`;
}

function inodesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
    );
  } catch {
    return []; // The process has just ended.
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return ""; // The descriptor was closed.
  }
}
