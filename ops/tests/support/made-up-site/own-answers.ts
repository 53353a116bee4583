// What the made-up site's API answers to people about their own account and channel.

import type { BroadcastHealth, SourceSample } from "#schema/api/broadcasts.ts";
import type { DeviceView } from "#schema/api/devices.ts";
import type { IdentityView, ProviderView } from "#schema/api/identities.ts";
import type { AccountView } from "#schema/api/me.ts";
import type { TokenView } from "#schema/api/personal-tokens.ts";
import type { StreamKeyView } from "#schema/api/stream-keys.ts";
import type { TargetView } from "#schema/api/targets.ts";
import type { TotpView } from "#schema/api/two-factor.ts";
import type { UserView } from "#schema/api/user.ts";
import { type Answer, type Asked, ago, listOf } from "./answers.ts";
import { NEWCOMER, roleOf } from "./people.ts";

const DAY_MS = 86_400_000;
const PROVIDERS: ProviderView[] = [{ id: "github", label: "GitHub" }];

/** Undefined also for visitors, but for what signing in and the links of e-mails ask. */
export function ownAnswer(asked: Asked): Answer {
  const { path, user } = asked;
  if (path === "/auth/oauth") return listOf(PROVIDERS);
  if (path === "/auth/email/verify") return { email: "fernly@example.org" };
  if (user === null) return undefined;
  if (path.startsWith("/me")) return accountAnswer(path, user, asked.nowMs);
  const own = `/channels/${user.login}/`;
  return path.startsWith(own) ? channelAnswer(path.slice(own.length), asked) : undefined;
}

const email = ({ login }: UserView) => `${login}@example.org`;

function accountAnswer(path: string, user: UserView, nowMs: number): Answer {
  switch (path) {
    case "/me":
      return { ...user, email: email(user), role: roleOf(user), color: null };
    case "/me/account":
      return {
        ...{ login: user.login, email: email(user), emailVerified: true, pendingEmail: null, hasPassword: true },
        ...{ twoFactor: true, createdAt: ago(nowMs, 400 * DAY_MS), loginChangeAllowedAt: null },
      } satisfies AccountView;
    case "/me/blocks":
      return listOf([
        { id: "b1", login: "saltlick", displayName: "saltlick", pictureUrl: null, since: ago(nowMs, 3 * DAY_MS) },
      ]);
    case "/me/identities":
      return listOf<IdentityView>([
        { provider: "github", label: "GitHub", name: user.login, createdAt: ago(nowMs, 90 * DAY_MS) },
      ]);
    case "/me/sessions":
      return listOf(devices(nowMs));
    case "/me/tokens":
      return listOf<TokenView>([
        {
          ...{ id: "00000000-0000-7000-800e-000000000001", name: "Tide bot", hint: "x7Kq" },
          ...{ scopes: ["chat:read", "chat:write"], createdAt: ago(nowMs, 30 * DAY_MS) },
          ...{ lastUsedAt: ago(nowMs, 60_000), expiresAt: ago(nowMs, -300 * DAY_MS) },
        },
      ]);
    case "/me/totp":
      return {
        ...{ enabled: true, confirmedAt: ago(nowMs, 200 * DAY_MS), recoveryCodesLeft: 8 },
      } satisfies TotpView;
  }
}

const devices = (nowMs: number): DeviceView[] =>
  ["Firefox on Linux", "Safari on iOS"].map((device, at) => ({
    ...{ id: `00000000-0000-7000-800f-${String(at + 1).padStart(12, "0")}`, device, userAgent: device },
    ...{ address: `192.0.2.${at + 7}`, method: "password", createdAt: ago(nowMs, (at + 20) * DAY_MS) },
    ...{ lastUsedAt: ago(nowMs, at * DAY_MS), current: at === 0 },
  }));

function channelAnswer(what: string, { channels, nowMs, user }: Asked): Answer {
  const channel = channels.find(({ login }) => login === user?.login);
  if (what === "broadcast") return health(channel?.live?.startedAt ?? null, nowMs);
  if (what === "stream-key") {
    const made = user?.login !== NEWCOMER;
    return {
      ...{ hint: made ? "f3Qz" : null, createdAt: made ? ago(nowMs, 12 * DAY_MS) : null },
      rtmpUrl: "rtmp://live.example.org/live",
    } satisfies StreamKeyView;
  }
  if (what === "targets") return listOf(user?.login === NEWCOMER ? [] : targets(nowMs));
  if (what === "moderators")
    return listOf([
      { id: "m1", login: "mossfield", displayName: "mossfield", pictureUrl: null, since: ago(nowMs, 60 * DAY_MS) },
    ]);
  return ["editors", "vips", "subscribers"].includes(what) ? listOf([]) : undefined;
}

/** One service in each state that a streamer sees. */
function targets(nowMs: number): TargetView[] {
  const quiet = { since: null, fault: null, retryAt: null, droppedFrames: 0 };
  const states: [string, string, TargetView["state"]][] = [
    ["Twitch", "rtmp://live.twitch.tv/app", { ...quiet, phase: "live", since: ago(nowMs, 754_000), droppedFrames: 34 }],
    [
      ...(["YouTube", "rtmps://a.rtmps.youtube.com/live2"] as const),
      { ...quiet, phase: "failed", fault: "key_refused", retryAt: ago(nowMs, -16_000) },
    ],
    ["Our club", "rtmp://stream.club.example:1936/live", { ...quiet, phase: "off" }],
  ];
  return states.map(([name, serverUrl, state], at) => ({
    ...{ id: `00000000-0000-7000-8017-${String(at + 1).padStart(12, "0")}`, name, serverUrl, state },
    ...{ keyHint: at === 2 ? null : "9kXw", enabled: state.phase !== "off", createdAt: ago(nowMs, 20 * DAY_MS) },
  }));
}

/** An encoder with one dip of its bitrate and keyframes that are far apart. */
function health(startedAt: string | null, nowMs: number): BroadcastHealth {
  const isOn = startedAt !== null;
  const history = Array.from({ length: 60 }, (_, at): SourceSample => {
    const isDip = at > 30 && at < 38;
    return {
      ...{ at: ago(nowMs, (60 - at) * 5_000), bitrateKbps: (isDip ? 3_100 : 5_950) + ((at * 37) % 90), fps: 60 },
      ...{ keyframeIntervalMs: 2_000, audioLevelDb: null, droppedFrames: 0, speed: 1, restarts: 0 },
    };
  });
  return {
    ...{ phase: isOn ? "live" : "offline", broadcastId: isOn ? "00000000-0000-7000-800b-000000000001" : null },
    ...{ startedAt, encoder: isOn ? "OBS 31" : null, width: isOn ? 1_920 : null, height: isOn ? 1_080 : null },
    ...{ fps: isOn ? 60 : null, bitrateKbps: isOn ? 5_980 : null, keyframeIntervalMs: isOn ? 2_000 : null },
    ...{ audio: isOn ? "AAC, 48 kHz, stereo" : null, restarts: 0, problem: null, warnings: [] },
    ...(isOn && { rungs: ["720p60", "480p30"], sourceOffered: true, history }),
    ...(isOn && {
      latency: { encoderToIngestMs: null, ingestToPackagerMs: 100, packagerToEdgeMs: null, playerBufferMs: 640 },
      players: {
        ...{ players: 310, latencyMs: { p50: 920, p95: 1_600 }, bufferMs: { p50: 640, p95: 1_100 } },
        ...{ stalledMs: { p50: 0, p95: 0 }, stalls: 2 },
      },
    }),
  };
}
