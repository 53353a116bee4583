// A user as staff sees them: facts, devices, audit log; suspending, lifting a suspension, changing the role.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AdminUserDetailView } from "#schema/api/admin-users.ts";
import type { Role } from "#schema/api/user.ts";
import { errorText } from "../api.ts";
import { isAdmin } from "../me.ts";
import { call, session } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { Confirm } from "../ui/confirm.tsx";
import { dateText, momentText, whenText } from "../ui/dates.ts";
import { formErrors } from "../ui/form-errors.ts";
import { isolated } from "../ui/isolated-name.ts";
import { Panel } from "../ui/panel.tsx";
import { words } from "../words/staff.ts";
import { AuditRows } from "./audit.tsx";
import { SuspendDialog, type Suspending } from "./suspend.tsx";
import { TakeDown } from "./take-down.tsx";

const ROLES: readonly Role[] = ["user", "staff", "admin"];

export function Person({ login }: { login: string }) {
  const person = useSignal<AdminUserDetailView | null>(null);
  const trouble = useSignal<string | null>(null);
  const suspending = useSignal<Suspending | null>(null);
  const load = async () => {
    try {
      person.value = await call<AdminUserDetailView>(`/admin/users/${login}`);
      trouble.value = null;
    } catch (error) {
      trouble.value = formErrors(error, []).form;
    }
  };
  useEffect(() => void load(), []);
  const asked = useSignal<Role | null>(null);
  const lift = async (kind: "users" | "channels") => {
    try {
      await call(`/admin/${kind}/${login}/suspension`, { method: "DELETE" });
      await load();
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
  };
  const one = person.value;
  const back = (
    <p class="back">
      <a href="/staff/users">{words.allPeople}</a>
    </p>
  );
  const alert = <Alert text={trouble.value} />;
  if (!one)
    return (
      <>
        {back}
        {alert}
      </>
    );
  const { channel, suspension, reports, reported } = one;
  const own = session.value.phase === "in" && session.value.user.id === one.id;
  return (
    <>
      {back}
      {alert}
      <section class="panel person" aria-labelledby="person-head">
        <div class="panel-body">
          <header class="person-head">
            <Avatar login={one.login} name={one.displayName} picture={one.pictureUrl} size="l" />
            <div>
              <h2 id="person-head">{one.displayName}</h2>
              <p class="muted">
                <a href={`/${one.login}`}>@{one.login}</a> ·{" "}
                {one.emailVerified ? one.email : words.emailNotConfirmed(one.email)}
              </p>
            </div>
            {one.role === "user" ? null : <span class="tag">{words.roleWords[one.role]}</span>}
          </header>
          {suspension ? (
            <Suspended {...suspension} text={words.accountSuspended} textUntil={words.accountSuspendedUntil} />
          ) : null}
          {channel.suspension ? (
            <Suspended {...channel.suspension} text={words.channelSuspended} textUntil={words.channelSuspendedUntil} />
          ) : null}
          <dl class="facts">
            <Fact label={words.since} value={dateText(one.createdAt)} />
            <Fact label={words.followers} value={String(channel.followers)} />
            <Fact
              label={words.signsInWith}
              value={
                [...(one.hasPassword ? [words.withPassword] : []), ...one.providers].join(", ") || words.withNothing
              }
            />
            <Fact label={words.twoFactor} value={one.twoFactor ? words.on : words.off} />
            <Fact
              label={words.reported}
              value={words.reportCounts(reports.open, reports.resolved, reports.dismissed)}
            />
            <Fact
              label={words.hasReported}
              value={words.reportCounts(reported.open, reported.resolved, reported.dismissed)}
            />
          </dl>
          {own ? (
            <p class="muted">{words.isYou}</p>
          ) : (
            <div class="panel-actions">
              {suspension ? (
                <button type="button" class="button" onClick={() => lift("users")}>
                  {words.liftAccount}
                </button>
              ) : (
                <button
                  type="button"
                  class="button danger"
                  onClick={() => {
                    suspending.value = { kind: "users", login, name: one.displayName };
                  }}
                >
                  {words.suspendAccount}
                </button>
              )}
              {channel.suspension ? (
                <button type="button" class="button" onClick={() => lift("channels")}>
                  {words.liftChannel}
                </button>
              ) : (
                <button
                  type="button"
                  class="button danger"
                  onClick={() => {
                    suspending.value = { kind: "channels", login, name: login };
                  }}
                >
                  {words.suspendChannelOnly}
                </button>
              )}
              <TakeDown person={one} onDone={load} />
              {isAdmin.value ? (
                <label class="role">
                  {words.role}
                  <select
                    value={one.role}
                    onChange={(event) => {
                      asked.value = event.currentTarget.value as Role;
                      event.currentTarget.value = one.role; // Unchanged until the server confirms.
                    }}
                  >
                    {ROLES.map((role) => (
                      <option key={role} value={role}>
                        {words.roleWords[role]}
                      </option>
                    ))}
                  </select>
                </label>
              ) : null}
            </div>
          )}
        </div>
      </section>
      <Panel id="signins" title={words.devices}>
        {one.signIns.length === 0 ? <p class="muted">{words.noDevices}</p> : null}
        <ul class="rows">
          {one.signIns.map((each) => (
            <li key={each.id}>
              <div class="row-text">
                <span>{each.address}</span>
                <span class="muted">{words.device(each.method, whenText(each.lastUsedAt), each.userAgent)}</span>
              </div>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel id="acts" title={words.acts}>
        <AuditRows entries={one.audit} />
      </Panel>
      {asked.value ? (
        <Confirm
          title={words.makeOne(isolated(one.displayName), asked.value)}
          word={words.changeRole}
          act={async () => {
            await call(`/admin/users/${login}`, { method: "PATCH", body: { role: asked.value } });
            await load();
          }}
          onClose={() => {
            asked.value = null;
          }}
        >
          {words.rolePowers[asked.value]} {words.withinSeconds}
        </Confirm>
      ) : null}
      <SuspendDialog asked={suspending} onDone={() => void load()} />
    </>
  );
}

const Fact = ({ label, value }: { label: string; value: string }) => (
  <div>
    <dt>{label}</dt>
    <dd>{value}</dd>
  </div>
);

interface SuspendedProps {
  reason: string;
  until: string | null;
  /** Without an end, and with one. */
  text(reason: string): string;
  textUntil(until: string, reason: string): string;
}

const Suspended = ({ reason, until, text, textUntil }: SuspendedProps) => (
  <p class="notice bad">{until ? textUntil(momentText(until), reason) : text(reason)}</p>
);
