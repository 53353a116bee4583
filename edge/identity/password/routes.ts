// Serves registration and sign-in by password of schema/api/auth.ts. Refresh and sign-out: devices/routes.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { register, signIn } from "#schema/api/auth.ts";
import { createUser, takenName, type User, userByName } from "#schema/queries/accounts/users.ts";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import type { Limit, Limiter } from "../../gateway/limits/limiter.ts";
import { FieldRefusal } from "../../gateway/problems/problem-details.ts";
import { limitKey } from "../../gateway/requests/client-address.ts";
import type { Visit } from "../../gateway/requests/visit.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { Audit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Devices, SigningIn } from "../devices/devices.ts";
import { foldedAddress, spellingsOf } from "../email/address.ts";
import type { EmailSender } from "../email/sender.ts";
import type { Auth } from "../identity.ts";
import { passwordFault } from "./password-rules.ts";

interface PasswordRoutesParts {
  limiter: Limiter;
  auth: Auth;
  devices: Devices;
  emails: EmailSender;
  audit: Audit;
}

export function passwordRoutes(world: EdgeWorld, parts: PasswordRoutesParts): Served[] {
  const { config, clock, random, database, log } = world;
  const { sql } = database;
  const { limiter, auth, devices, emails, audit } = parts;
  const { passwords, twoFactor } = auth;
  const limits = limitsOf(config.limits);

  return [
    serve(register, async ({ body, ...visit }) => {
      const { address, requestId, set } = visit;
      await limiter.enforce(limits.registrations, limitKey(address), set.headers);
      const login = body.login.toLowerCase();
      const email = foldedAddress(body.email);
      refuseFields(login, email, body.password);
      const taken = await takenName(sql, { login, spellings: spellingsOf(email) });
      if (taken) throw new Refusal(taken);
      const nowMs = clock.wallMs();
      const user: User = {
        id: random.uuid(nowMs),
        login,
        displayName: body.displayName?.trim() || body.login,
        pictureUrl: null,
        email,
        role: "user",
        color: null,
      };
      const passwordHash = await passwords.hash(body.password);
      const made = await createUser(sql, { ...user, channelId: random.uuid(nowMs), passwordHash });
      if (made !== "created") throw new Refusal(made);
      log.info({ user: user.id, request: requestId }, "user registered");
      await audit({ actorId: user.id, act: "user.registered", target: user.id, address });
      emails.sendVerification(user);
      return open({ id: user.id, passwordHash, isNew: true }, visit);
    }),
    serve(signIn, async ({ body, ...visit }) => {
      const { address, set } = visit;
      await limiter.enforce(limits.signInsPerIp, limitKey(address), set.headers);
      const names = spellingsOf(body.login.trim());
      const found = await userByName(sql, names);
      // Login and e-mail address of an account share one bucket; an unknown name has its own.
      await limiter.enforce(limits.signInsPerAccount, found?.id ?? hashed(names[0]!), set.headers);
      const right = await passwords.verify(body.password, found?.passwordHash ?? null);
      if (!found || !right) {
        // Also for unknown names, so that the answer takes as long.
        await audit({ actorId: null, act: "sign-in.failed", target: found?.id ?? "", address });
        throw new Refusal("bad_credentials");
      }
      const { recoveryCodesLeft } = await twoFactor.enforce({ userId: found.id, otp: body.otp, address });
      if (recoveryCodesLeft !== null)
        emails.notify(visit, { id: found.id }, (notices, context) =>
          notices.recoveryCodeUsed(context, recoveryCodesLeft),
        );
      return open(found, visit);
    }),
  ];

  async function open(user: SigningIn, visit: Visit) {
    const { view, cookie } = await devices.signIn(user, visit, "password");
    visit.set.headers["set-cookie"] = cookie;
    return view;
  }
}

function refuseFields(login: string, email: string, password: string) {
  if (isReservedLogin(login)) throw new FieldRefusal([{ path: "login", message: "this login is reserved" }]);
  const fault = passwordFault(password, { login, email });
  if (fault) throw new FieldRefusal([{ path: "password", message: fault }]);
}

function limitsOf(limits: EdgeWorld["config"]["limits"]) {
  const perMinute = (name: string, count: number): Limit => ({ name, count, perMs: 60_000, whenAway: "memory" });
  return {
    registrations: perMinute("registrations", limits.registrationsPerMinutePerIp),
    signInsPerIp: perMinute("sign-ins-ip", limits.signInsPerMinutePerIp),
    signInsPerAccount: perMinute("sign-ins-account", limits.signInsPerMinutePerAccount),
  };
}

/** Names typed by strangers must not become keys in Redis. */
const hashed = (name: string) => new Bun.CryptoHasher("sha256").update(name).digest("base64url");
