// What `npm start` prints when all is well.

import { networkInterfaces } from "node:os";
import type { EdgeConfig } from "#runtime/config/edge.ts";
import type { Flags } from "./flags.ts";

/** The address to type: for 0.0.0.0 that of the first network. */
export function publicHost(bind: string): string {
  if (bind !== "0.0.0.0") return bind;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

interface BannerOptions {
  flags: Flags;
  host: string;
  limits: EdgeConfig["limits"] | undefined;
  tookMs: number;
  /** What becomes of them (edge/identity/email/smtp.ts). */
  letters: "sent" | "logged" | "lost";
  /** How the data folder was written by the user, for commands to copy; null for the default. */
  dataFlag: string | null;
}

export function banner({ flags, host, limits, tookMs, letters, dataFlag }: BannerOptions): string {
  const demo = dataFlag === null ? "npm run demo" : `npm run demo -- --data ${dataFlag}`;
  const grant = `npm run ops -- grant <login> admin${dataFlag === null ? "" : ` --data ${dataFlag}`}`;
  return `
  TwitchClone is up (${(tookMs / 1000).toFixed(1)} s), data in ${flags.data}

    Watch     http://${host}:${flags.edgePort}
    Publish   OBS → Settings → Stream → Custom: server rtmp://${host}:${flags.rtmpPort}/live
${otherPorts(flags)}              and the stream key of your dashboard, http://${host}:${flags.edgePort}/dashboard
    Try it    ${demo}      a moving picture and some chat, without OBS
    Admin     sign up, then ${grant}
${letterLine(letters, flags)}    Stop      Ctrl-C
${limits ? `\n${limitLines(limits)}\n` : ""}`;
}

function letterLine(letters: BannerOptions["letters"], { data, edges }: Flags) {
  if (letters === "sent") return "";
  const log = `their links are in ${data}/log/edge-${edges > 1 ? "*" : 1}.log`;
  return `    Letters   are not sent without SMTP_URL${letters === "lost" ? "" : `: ${log}`}\n`;
}

/** Of the ingests beside the first. */
function otherPorts({ ingests, rtmpPort }: Flags) {
  if (ingests === 1) return "";
  const ports = Array.from({ length: ingests - 1 }, (_, index) => rtmpPort + index + 1);
  return `              (other ingests: port ${ports.join(", ")})\n`;
}

function limitLines(limits: EdgeConfig["limits"]) {
  const shown = (value: number) => (value === 0 ? "off" : String(value));
  const rows: [string, string][] = [
    ["registrations", `${shown(limits.registrationsPerMinutePerIp)} per minute and address`],
    [
      "sign-ins",
      `${shown(limits.signInsPerMinutePerAccount)} per minute and account, ${shown(limits.signInsPerMinutePerIp)} per address`,
    ],
    ["requests", `${shown(limits.requestsPerMinutePerIp)} per minute and address`],
    ["wrong stream keys", `${shown(limits.wrongStreamKeysPerMinutePerIp)} per minute and address`],
    ["chat lines", `${shown(limits.linesPer30sPerUser)} per 30 s and user`],
    [
      "chat sockets",
      `${shown(limits.socketsPerIp)} per address, ${shown(limits.socketsPerUser)} per user, ${shown(limits.socketsPerEdge)} per edge`,
    ],
  ];
  const lines = rows.map(([what, value]) => `    ${what.padEnd(19)}${value}`);
  return `  Limits in force (settings in runtime/config/, 0 = off)\n${lines.join("\n")}`;
}
