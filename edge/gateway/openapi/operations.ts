// What each route is for, what it answers, and which refusals are its own. A test holds this list against the routes.

import type { TSchema } from "elysia";
import * as channels from "#schema/api/answers/channels.ts";
import * as people from "#schema/api/answers/people.ts";
import * as staff from "#schema/api/answers/staff.ts";
import { pageOf } from "#schema/api/answers/view.ts";
import { rolesByPath } from "#schema/api/channel-roles.ts";
import type { Code } from "#schema/wire/errors.ts";

export interface Operation {
  summary: string;
  /** By status; null: without a body. */
  answers: Record<number, TSchema | null>;
  /** Refusals beyond those that its rule and its fields bring with them. */
  codes: readonly Code[];
}

const ok = (summary: string, schema: TSchema, codes: readonly Code[] = []): Operation => ({
  summary,
  answers: { 200: schema },
  codes,
});
const made = (summary: string, schema: TSchema, codes: readonly Code[] = []): Operation => ({
  summary,
  answers: { 201: schema },
  codes,
});
const done = (summary: string, codes: readonly Code[] = []): Operation => ({ summary, answers: { 204: null }, codes });
const sent = (summary: string, codes: readonly Code[] = []): Operation => ({ summary, answers: { 302: null }, codes });

const { signedInAnswer } = people;
/** What asks for the password, or for a sign-in of the last minutes. */
const PROVEN: readonly Code[] = ["bad_credentials", "sign_in_again", "otp_required", "otp_wrong", "rate_limited"];

const roles = Object.fromEntries(
  Object.keys(rolesByPath).flatMap((path) => [
    [`GET /channels/:channel/${path}`, ok(`The channel's ${path}`, pageOf(people.roleHolderAnswer))],
    [
      `PUT /channels/:channel/${path}/:login`,
      done(`Make somebody one of the ${path}`, ["blocked", "too_many", "not_found"]),
    ],
    [`DELETE /channels/:channel/${path}/:login`, done(`Take somebody off the ${path}`)],
  ]),
);

/** By method and path below `/api/v1`. */
export const operations: Readonly<Record<string, Operation>> = {
  "POST /auth/register": made("Make an account, its channel, and sign in", signedInAnswer, [
    "login_taken",
    "email_taken",
    "busy",
  ]),
  "POST /auth/login": ok("Sign in by password", signedInAnswer, [
    "bad_credentials",
    "otp_required",
    "otp_wrong",
    "suspended",
    "busy",
  ]),
  "POST /auth/oauth/second-step": ok("The second step after a provider's sign-in", signedInAnswer, [
    "not_signed_in",
    "otp_wrong",
    "suspended",
  ]),
  "POST /auth/refresh": ok("A new access token; the refresh token is rotated", signedInAnswer, [
    "not_signed_in",
    "token_reused",
    "suspended",
    "forbidden",
  ]),
  "POST /auth/logout": done("Sign this device out", ["forbidden"]),
  "POST /auth/logout-all": done("Sign all devices out", ["not_signed_in", "forbidden"]),
  "POST /auth/email/verify": ok("Confirm an e-mail address by the link in a letter", people.verifiedEmailAnswer, [
    "bad_link",
    "email_taken",
  ]),
  "POST /auth/email/resend": done("Send the letter that confirms the address once more", ["busy"]),
  "POST /auth/password/forgot": done(
    "Ask for a letter to set a new password; the same answer whether there is such an account",
  ),
  "POST /auth/password/reset": done("Set a new password by the link in a letter", ["bad_link", "busy"]),
  "GET /auth/oauth": ok("Providers to sign in with", pageOf(people.providerAnswer)),
  "GET /auth/oauth/:provider": sent("Go to a provider to sign in"),
  "GET /auth/oauth/:provider/callback": sent("Come back from a provider"),
  "GET /auth/oauth/pending/suspension": ok(
    "Why and until when the account is closed with which one has just come back from a provider",
    channels.suspensionAnswer,
    ["not_found"],
  ),

  "GET /me": ok("Who am I", people.meAnswer),
  "PATCH /me": ok("Change my profile", people.meAnswer),
  "DELETE /me": done("Delete my account", [...PROVEN, "last_admin"]),
  "GET /me/account": ok("My account beside the profile", people.accountAnswer),
  "GET /me/export": ok("All that is kept about me, as a file", people.exportAnswer),
  "PUT /me/password": done("Change my password", [...PROVEN, "busy"]),
  "PUT /me/email": done("Ask for a letter to a new address", [...PROVEN, "email_taken"]),
  "PUT /me/login": ok("Change my login", people.accountAnswer, [...PROVEN, "login_taken", "login_changed_lately"]),
  "GET /me/sessions": ok("Devices that are signed in", pageOf(people.deviceAnswer)),
  "DELETE /me/sessions/:id": done("Sign a device out"),
  "GET /me/tokens": ok("My personal access tokens", pageOf(people.tokenAnswer)),
  "POST /me/tokens": made("A new personal access token, shown once", people.newTokenAnswer, [
    ...PROVEN,
    "forbidden",
    "too_many",
  ]),
  "DELETE /me/tokens/:id": done("Revoke a personal access token"),
  "GET /me/totp": ok("Whether two-factor sign-in is on", people.totpAnswer),
  "POST /me/totp": ok("Propose a secret for two-factor sign-in", people.proposedTotpAnswer, [...PROVEN, "totp_on"]),
  "POST /me/totp/confirm": ok("Turn two-factor sign-in on by a first code", people.recoveryCodesAnswer, [
    ...PROVEN,
    "totp_on",
    "totp_off",
  ]),
  "POST /me/totp/recovery-codes": ok("New recovery codes in the place of the old ones", people.recoveryCodesAnswer, [
    ...PROVEN,
    "totp_off",
  ]),
  "DELETE /me/totp": done("Turn two-factor sign-in off", [...PROVEN, "totp_off"]),
  "GET /me/identities": ok("Accounts elsewhere that sign me in", pageOf(people.identityAnswer)),
  "POST /me/identities/:provider": ok("Begin to link an account elsewhere", people.linkStartAnswer, [...PROVEN]),
  "DELETE /me/identities/:provider": done("Unlink an account elsewhere", ["last_way_in"]),
  "GET /me/follows": ok("Channels I follow, last followed first", pageOf(channels.followAnswer)),
  "GET /me/follows/:channel": ok("Do I follow this channel", people.followingAnswer),
  "PUT /me/follows/:channel": done("Follow a channel", ["blocked", "too_many"]),
  "DELETE /me/follows/:channel": done("Stop following a channel"),
  "GET /me/blocks": ok("People I have blocked", pageOf(people.blockAnswer)),
  "PUT /me/blocks/:login": done("Block somebody", ["too_many"]),
  "DELETE /me/blocks/:login": done("Unblock somebody"),

  "GET /channels": ok("The directory", pageOf(channels.channelAnswer)),
  "GET /channels/:channel": ok("A channel", channels.channelAnswer),
  "PATCH /channels/:channel": ok("Change a channel", channels.channelAnswer),
  "GET /channels/:channel/broadcasts": ok("Past and present broadcasts", pageOf(channels.broadcastAnswer)),
  "GET /broadcasts/:id": ok("A broadcast", channels.broadcastAnswer),
  "GET /channels/:channel/stream-key": ok("What is known of the stream key", channels.streamKeyAnswer),
  "POST /channels/:channel/stream-key": made(
    "A new stream key, shown once; the old one ends",
    channels.newStreamKeyAnswer,
  ),
  "GET /channels/:channel/broadcast": ok("How the broadcast is doing", channels.healthAnswer, ["busy", "moved"]),
  "POST /channels/:channel/broadcast/stop": done("End the broadcast and drop the encoder", [
    "not_publishing",
    "busy",
    "moved",
  ]),
  "GET /channels/:channel/chat/messages": ok("Lines of the room, ascending", pageOf(channels.entryAnswer)),
  ...roles,

  "POST /reports": {
    summary: "Tell staff about a channel, a line or somebody",
    answers: { 200: people.reportedAnswer, 201: people.reportedAnswer },
    codes: ["not_found"],
  },

  "GET /admin/users": ok("Accounts", pageOf(staff.adminUserAnswer)),
  "GET /admin/users/:login": ok("An account", staff.adminUserDetailAnswer),
  "PATCH /admin/users/:login": ok("Change somebody's role", staff.adminUserAnswer, ["last_admin"]),
  "POST /admin/users/:login/suspension": made("Suspend an account", staff.suspendedAnswer),
  "DELETE /admin/users/:login/suspension": done("Lift an account's suspension"),
  "POST /admin/channels/:channel/suspension": made("Suspend a channel", staff.suspendedAnswer),
  "DELETE /admin/channels/:channel/suspension": done("Lift a channel's suspension"),
  "GET /admin/reports": ok("What was reported", pageOf(staff.reportAnswer)),
  "GET /admin/reports/:id": ok("A report and what was around it", staff.reportDetailAnswer),
  "POST /admin/reports/:id/resolve": ok("Something was done about it", staff.reportAnswer, ["already_handled"]),
  "POST /admin/reports/:id/dismiss": ok("Nothing needs to be done about it", staff.reportAnswer, ["already_handled"]),
  "GET /admin/audit": ok("Acts that matter for security, newest first", pageOf(staff.auditAnswer)),
  "GET /admin/nodes": ok("Actor nodes", pageOf(staff.nodeAnswer)),
  "POST /admin/nodes/:node/drain": ok("Let a node hand its actors over", staff.nodeAnswer),
  "POST /admin/nodes/:node/undrain": ok("Let a node take actors again", staff.nodeAnswer),
  "GET /admin/actors": ok("Actors", pageOf(staff.actorAnswer)),
  "GET /admin/channels/:channel/where": ok("Who owns a channel, and whether they answer", staff.whereAnswer),
};
