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
import { Confirm } from "../ui/confirm.tsx";
import { dateText, momentText, whenText } from "../ui/dates.ts";
import { capitalized, formErrors } from "../ui/form-errors.ts";
import { isolated } from "../ui/isolated-name.ts";
import { Panel } from "../ui/panel.tsx";
import { AuditRows } from "./audit.tsx";
import { SuspendDialog, type Suspending } from "./suspend.tsx";

const ROLE_WORDS: Record<Role, string> = { user: "a user", staff: "staff", admin: "an admin" };
const ROLE_POWERS: Record<Role, string> = {
  user: "They can only manage their own channel.",
  staff: "They can handle reports and suspend accounts and channels.",
  admin: "They can do everything staff can, read the audit log and change roles.",
};

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
      <a href="/staff/users">All people</a>
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
            <Avatar login={one.login} name={one.displayName} size="l" />
            <div>
              <h2 id="person-head">{one.displayName}</h2>
              <p class="muted">
                <a href={`/${one.login}`}>@{one.login}</a> · {one.email}
                {one.emailVerified ? "" : " (not confirmed)"}
              </p>
            </div>
            {one.role === "user" ? null : <span class="tag">{one.role}</span>}
          </header>
          {suspension ? <Suspended what="The account" {...suspension} /> : null}
          {channel.suspension ? <Suspended what="The channel" {...channel.suspension} /> : null}
          <dl class="facts">
            <Fact label="Since" value={dateText(one.createdAt)} />
            <Fact label="Followers" value={String(channel.followers)} />
            <Fact
              label="Signs in with"
              value={[...(one.hasPassword ? ["password"] : []), ...one.providers].join(", ") || "nothing"}
            />
            <Fact label="Two-factor sign-in" value={one.twoFactor ? "on" : "off"} />
            <Fact
              label="Reported"
              value={`${reports.open} open, ${reports.resolved} upheld, ${reports.dismissed} dismissed`}
            />
            <Fact
              label="Has reported"
              value={`${reported.open} open, ${reported.resolved} upheld, ${reported.dismissed} dismissed`}
            />
          </dl>
          {own ? (
            <p class="muted">This is you. Another member of staff must handle your account.</p>
          ) : (
            <div class="panel-actions">
              {suspension ? (
                <button type="button" class="button" onClick={() => lift("users")}>
                  Lift the account's suspension
                </button>
              ) : (
                <button
                  type="button"
                  class="button danger"
                  onClick={() => {
                    suspending.value = { kind: "users", login, name: one.displayName };
                  }}
                >
                  Suspend the account…
                </button>
              )}
              {channel.suspension ? (
                <button type="button" class="button" onClick={() => lift("channels")}>
                  Lift the channel's suspension
                </button>
              ) : (
                <button
                  type="button"
                  class="button danger"
                  onClick={() => {
                    suspending.value = { kind: "channels", login, name: login };
                  }}
                >
                  Suspend the channel only…
                </button>
              )}
              {isAdmin.value ? (
                <label class="role">
                  Role
                  <select
                    value={one.role}
                    onChange={(event) => {
                      asked.value = event.currentTarget.value as Role;
                      event.currentTarget.value = one.role; // Unchanged until the server confirms.
                    }}
                  >
                    <option value="user">user</option>
                    <option value="staff">staff</option>
                    <option value="admin">admin</option>
                  </select>
                </label>
              ) : null}
            </div>
          )}
        </div>
      </section>
      <Panel id="signins" title="Devices">
        {one.signIns.length === 0 ? <p class="muted">Not signed in anywhere.</p> : null}
        <ul class="rows">
          {one.signIns.map((each) => (
            <li key={each.id}>
              <div class="row-text">
                <span>{each.address}</span>
                <span class="muted">
                  {each.method} · last used {whenText(each.lastUsedAt)} · {each.userAgent}
                </span>
              </div>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel id="acts" title="Actions by and about this person">
        <AuditRows entries={one.audit} />
      </Panel>
      {asked.value ? (
        <Confirm
          title={`Make ${isolated(one.displayName)} ${ROLE_WORDS[asked.value]}?`}
          word="Change the role"
          act={async () => {
            await call(`/admin/users/${login}`, { method: "PATCH", body: { role: asked.value } });
            await load();
          }}
          onClose={() => {
            asked.value = null;
          }}
        >
          {ROLE_POWERS[asked.value]} It takes effect everywhere within five seconds.
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

const Suspended = ({ what, reason, until }: { what: string; reason: string; until: string | null }) => (
  <p class="notice bad">
    {what} is suspended {until ? `until ${momentText(until)}` : "until staff lifts it"}: {reason}
  </p>
);
