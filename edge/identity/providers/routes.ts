// Serves `/auth/oauth` of schema/api/{identities,auth}.ts: sign-in with an account of a provider. Errors are shown by a page.

import { Refusal } from "#runtime/actor/actor.ts";
import { within } from "#runtime/base/clock.ts";
import { reason } from "#runtime/base/log.ts";
import { finishProviderSignIn } from "#schema/api/auth.ts";
import type { SignInMethod } from "#schema/api/devices.ts";
import { leaveForProvider, listProviders, readPendingSuspension, returnFromProvider } from "#schema/api/identities.ts";
import { linkIdentity } from "#schema/queries/accounts/identities.ts";
import { suspensionOfUser } from "#schema/queries/people/suspensions.ts";
import { SuspendedRefusal, suspendedRefusal } from "../../gateway/problems/suspended.ts";
import type { Origin } from "../../gateway/requests/visit.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Devices } from "../devices/devices.ts";
import type { EmailSender } from "../email/sender.ts";
import type { Auth } from "../identity.ts";
import { TICKET_MS } from "../two-factor/two-factor.ts";
import { type Flow, type Flows, oauthCookie, readOauthCookie } from "./flow.ts";
import { userOfPerson } from "./link-account.ts";
import { OutboundFault } from "./outbound.ts";
import { type OAuthError, OAuthFault, type Person, type Provider } from "./provider.ts";
import type { SingleUse } from "./single-use.ts";

export interface ProviderRoutesParts {
  auth: Auth;
  devices: Devices;
  emails: EmailSender;
  audit: Audit;
  providers: ReadonlyMap<string, Provider>;
  flows: Flows;
  singleUse: SingleUse;
}

/** Pages that show `?error=`. */
const SIGN_IN_PAGE = "/login";
export const LINK_PAGE = "/settings/security";

/** Deadline for metadata, token, keys and userinfo together: shorter than that of a request. */
const IDENTIFY_WITHIN_MS = 6_000;
const PENDING_COOKIE = "oauth_pending";
const PARAMETER_LENGTH_MAX = 2_048;

export function providerRoutes(world: EdgeWorld, parts: ProviderRoutesParts): Served[] {
  const { config, clock, random, log, database } = world;
  const { sql } = database;
  const { auth, devices, emails, audit, providers, flows, singleUse } = parts;
  const { twoFactor } = auth;

  return [
    serve(listProviders, () => ({
      items: [...providers.values()].map(({ id, label }) => ({ id, label })),
      nextCursor: null,
    })),
    serve(leaveForProvider, async ({ params, query, ...visit }) => {
      const provider = providers.get(params.provider);
      if (!provider) throw new Refusal("not_found");
      const flow = flows.begin({ provider: provider.id, link: null, returnTo: query.returnTo ?? "/" });
      try {
        return to(await provider.authorizationUrl(flow), ...flows.tidy(visit.request), flows.cookie(flow));
      } catch (error) {
        return failed(error, flow, visit);
      }
    }),
    serve(returnFromProvider, async ({ params, ...visit }) => {
      const provider = providers.get(params.provider);
      if (!provider) throw new Refusal("not_found");
      const answer = answerIn(visit.request);
      const flow = flows.read(visit.request, answer.state ?? "");
      try {
        if (!flow) throw new OAuthFault("oauth_expired", "no way here is known");
        return await returned(provider, flow, answer, visit);
      } catch (error) {
        return failed(error, flow, visit);
      }
    }),
    serve(readPendingSuspension, async ({ request }) => {
      const ticket = pendingOf(request);
      const row = ticket && (await suspensionOfUser(sql, ticket.userId));
      if (!row) throw new Refusal("not_found");
      return suspendedRefusal(row).suspension;
    }),
    serve(finishProviderSignIn, async ({ body, set, ...visit }) => {
      const ticket = pendingOf(visit.request);
      if (!ticket) throw new Refusal("not_signed_in", "this took too long: sign in once more");
      const { userId } = ticket;
      const { recoveryCodesLeft } = await twoFactor.enforce({ userId, otp: body.otp, address: visit.address });
      if (recoveryCodesLeft !== null)
        emails.notify(visit, { id: userId }, (notices, context) =>
          notices.recoveryCodeUsed(context, recoveryCodesLeft),
        );
      const { view, cookie } = await devices.signIn({ id: userId }, visit, ticket.method);
      set.headers["set-cookie"] = [cookie, pendingCookie("")];
      return view;
    }),
  ];

  async function returned(provider: Provider, flow: Flow, answer: Answer, origin: Origin): Promise<Response> {
    // The state comes first: unless it matches, nothing in the query is from the provider that this browser was sent to.
    if (flow.provider !== provider.id || answer.state !== flow.state)
      throw new OAuthFault("oauth_expired", "another state than the one sent");
    if (!(await singleUse.first(flow.state))) throw new OAuthFault("oauth_expired", "this state came before");
    if (answer.error !== null)
      throw new OAuthFault(
        answer.error === "access_denied" ? "oauth_denied" : "oauth_failed",
        `it said ${answer.error}`,
      );
    if (answer.code === null) throw new OAuthFault("oauth_failed", "there is no code");
    const tooLong = () => new OAuthFault("oauth_away", "it took too long in all");
    const person = await within(
      clock,
      IDENTIFY_WITHIN_MS,
      provider.identify(answer.code, flow, answer.issuer),
      tooLong,
    );
    return flow.link ? linked(provider, flow, flow.link, person, origin) : signedIn(provider, flow, person, origin);
  }

  async function signedIn(provider: Provider, flow: Flow, person: Person, origin: Origin) {
    const { address, requestId } = origin;
    const { userId, isNew } = await userOfPerson({ sql, random, clock }, provider.id, person);
    const method: SignInMethod = `oauth:${provider.id}`;
    if (isNew) {
      log.info({ user: userId, provider: provider.id, request: requestId }, "user registered");
      await audit({ actorId: userId, act: "user.registered", target: userId, address, detail: { method } });
    }
    if (await twoFactor.isOn(userId)) {
      const pending = pendingCookie(twoFactor.ticketFor({ id: userId }, method));
      return to(pageOf(SIGN_IN_PAGE, { step: "otp", returnTo: flow.returnTo }), flows.noCookie(flow), pending);
    }
    try {
      const { cookie } = await devices.signIn({ id: userId, isNew }, origin, method);
      return to(`${config.publicUrl}${flow.returnTo}`, flows.noCookie(flow), cookie);
    } catch (error) {
      if (!(error instanceof SuspendedRefusal)) throw error;
      // Reason and end of the suspension are not in the URL, which is kept and passed on: the page asks for them with this cookie.
      log.info({ code: error.code, provider: provider.id, user: userId, request: requestId }, "sign-in was refused");
      const pending = pendingCookie(twoFactor.ticketFor({ id: userId }, method));
      return to(pageOf(SIGN_IN_PAGE, { error: error.code }), flows.noCookie(flow), pending);
    }
  }

  async function linked(
    provider: Provider,
    flow: Flow,
    link: NonNullable<Flow["link"]>,
    person: Person,
    origin: Origin,
  ): Promise<Response> {
    const { subject, name } = person;
    const outcome = await linkIdentity(sql, { ...link, provider: provider.id, subject, name });
    if (outcome !== "linked") throw new OAuthFault(outcome, "not linked");
    const { userId } = link;
    const detail = { provider: provider.id };
    await audit({ actorId: userId, target: userId, act: "identity.linked", address: origin.address, detail });
    emails.notify(origin, { id: userId }, (notices, context) => notices.identityLinked(context, provider.label));
    return to(pageOf(flow.returnTo, { linked: provider.id }), flows.noCookie(flow));
  }

  function failed(error: unknown, flow: Flow | null, { requestId }: Origin): Response {
    const code = codeOf(error);
    if (code === null) throw error;
    const why = error instanceof OAuthFault ? error.why : reason(error);
    log.info({ code, provider: flow?.provider, reason: why, request: requestId }, "sign-in by a provider failed");
    return to(pageOf(flow?.link ? LINK_PAGE : SIGN_IN_PAGE, { error: code }), ...(flow ? [flows.noCookie(flow)] : []));
  }

  /** A page of this site, by PUBLIC_URL. */
  function pageOf(path: string, parameters: Record<string, string>): string {
    const url = new URL(`${config.publicUrl}${path}`);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  /** The ticket of a person whom the provider has identified, and who is not signed in yet. */
  function pendingOf(request: Request) {
    return twoFactor.readTicket(Buffer.from(readOauthCookie(request, PENDING_COOKIE)).toString("base64url"));
  }

  function pendingCookie(ticket: string) {
    return oauthCookie(PENDING_COOKIE, ticket, {
      secure: config.secureCookies,
      sameSite: "strict",
      maxAgeMs: TICKET_MS,
    });
  }
}

function to(location: string, ...cookies: string[]): Response {
  // The code in the query must not be sent on as referrer.
  const headers = new Headers({ location, "referrer-policy": "no-referrer", "cache-control": "no-store" });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return new Response(null, { status: 302, headers });
}

function codeOf(error: unknown): OAuthError | null {
  if (error instanceof OAuthFault) return error.code;
  if (error instanceof OutboundFault) return "oauth_away";
  return null;
}

interface Answer {
  state: string | null;
  code: string | null;
  error: string | null;
  issuer: string | null;
}

/** A repeated or overlong parameter counts as absent (RFC 6749 §3.1). */
function answerIn(request: Request): Answer {
  const { searchParams } = new URL(request.url);
  const one = (name: string) => {
    const [value, ...more] = searchParams.getAll(name);
    return value === undefined || more.length > 0 || value.length > PARAMETER_LENGTH_MAX ? null : value;
  };
  const error = one("error");
  const shown = error !== null && /^[\w.-]{1,64}$/.test(error) ? error : error && "something else";
  return { state: one("state"), code: one("code"), error: shown, issuer: one("iss") };
}
