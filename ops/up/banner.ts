// What `npm start` prints once the system is up.

import { networkInterfaces } from "node:os";
import type { EdgeConfig } from "#runtime/config/edge.ts";
import type { Flags } from "./flags.ts";
import type { RtmpsPlan } from "./rtmps.ts";

/** The address that people use: for 0.0.0.0 that of the first network. */
export function publicHost(bind: string): string {
  if (bind !== "0.0.0.0") return bind;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

interface BannerOptions {
  flags: Flags;
  host: string;
  rtmps: RtmpsPlan;
  /** UDP ports of the relays. */
  rtcPorts: number[];
  limits: EdgeConfig["limits"] | undefined;
  tookMs: number;
  /** What happens to e-mails (edge/identity/email/smtp.ts). */
  emails: "sent" | "logged" | "lost";
  /** The value of `--data` for the commands in the banner; null for the default folder. */
  dataFlag: string | null;
}

export function banner({ flags, host, rtmps, rtcPorts, limits, tookMs, emails, dataFlag }: BannerOptions): string {
  const demo = dataFlag === null ? "npm run demo" : `npm run demo -- --data ${dataFlag}`;
  const grant = `npm run ops -- grant <login> admin${dataFlag === null ? "" : ` --data ${dataFlag}`}`;
  return `
  TwitchClone is up (${(tookMs / 1000).toFixed(1)} s), data in ${flags.data}

    Watch     http://${host}:${flags.edgePort}
    Publish   OBS → Settings → Stream → Custom: server rtmp://${host}:${flags.rtmpPort}/live
${otherPorts(flags)}${rtmpsLine(rtmps)}              and the stream key from http://${host}:${flags.edgePort}/dashboard/key
    Try it    ${demo}      a moving picture and some chat, without OBS
    Admin     sign up, then ${grant}
${rtcLine(rtcPorts, flags)}${emailLine(emails, flags)}    Stop      Ctrl-C
${limits ? `\n${limitLines(limits)}\n` : ""}`;
}

/** On loopback no firewall is in the way. */
function rtcLine(ports: number[], { bind }: Flags) {
  if (ports.length === 0 || bind.startsWith("127.")) return "";
  const named = ports.length === 1 ? `port ${ports[0]}` : `ports ${ports.join(", ")}`;
  return `    Real time UDP ${named} must be open; behind NAT set RTC_PUBLIC_ADDRESSES\n`;
}

function emailLine(emails: BannerOptions["emails"], { data, edges }: Flags) {
  if (emails === "sent") return "";
  const log = `: their links are in ${data}/log/edge-${edges > 1 ? "*" : 1}.log`;
  return `    E-mail    not sent without SMTP_URL${emails === "lost" ? "" : log}\n`;
}

/** The ports of all ingests but the first. */
function otherPorts({ ingests, rtmpPort }: Flags) {
  if (ingests === 1) return "";
  const ports = Array.from({ length: ingests - 1 }, (_, index) => rtmpPort + index + 1);
  return `              (other ingests: port ${ports.join(", ")})\n`;
}

function rtmpsLine(rtmps: RtmpsPlan) {
  if (!rtmps.on) return rtmps.reason === null ? "" : `              (no RTMPS: ${rtmps.reason})\n`;
  return `              or, with TLS, ${rtmps.url}${rtmps.forDevelopment ? " (certificate for development)" : ""}\n`;
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
    ["channel passwords", `${shown(limits.wrongPlaybackPasswordsPerMinutePerIp)} wrong ones per minute and address`],
    ["viewers counted", `${shown(limits.viewersPerIp)} per address and channel`],
    [
      "media bytes",
      `${shown(limits.mediaBytesPerMinutePerSession)} per minute and session, ${shown(limits.mediaBytesPerMinutePerIp)} per address`,
    ],
    [
      "media requests",
      `${shown(limits.mediaRequestsPerMinutePerSession)} per minute and session, ${shown(limits.mediaRequestsPerMinutePerIp)} per address; ${shown(limits.mediaWaitingPerSession)} and ${shown(limits.mediaWaitingPerIp)} at once`,
    ],
    [
      "WebRTC offers",
      `${shown(limits.offersPerMinutePerIp)} per minute and address, ${shown(limits.offersPerMinutePerAccount)} per viewer or channel`,
    ],
    [
      "WebRTC sessions",
      `${shown(limits.webRtcSessionsPerIp)} per address, ${shown(limits.webRtcSessionsPerViewer)} per viewer`,
    ],
    ["chat lines", `${shown(limits.linesPer30sPerUser)} per 30 s and user`],
    [
      "chat sockets",
      `${shown(limits.socketsPerIp)} per address, ${shown(limits.socketsPerUser)} per user, ${shown(limits.socketsPerEdge)} per edge`,
    ],
  ];
  const lines = rows.map(([what, value]) => `    ${what.padEnd(19)}${value}`);
  return `  Limits (settings in runtime/config/, 0 = off)\n${lines.join("\n")}`;
}
