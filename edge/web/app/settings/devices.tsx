// The devices that are signed in, and signing them out.

import { signal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { DeviceView } from "#schema/api/devices.ts";
import { ApiError, errorText } from "../api.ts";
import { navigate } from "../router.ts";
import { call, signOut, signOutEverywhere } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { dateText, whenText } from "../ui/dates.ts";
import { capitalized } from "../ui/form-errors.ts";
import { DeviceIcon, PhoneIcon } from "../ui/icons.tsx";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { Panel } from "../ui/panel.tsx";
import { Success, useSuccess } from "./panel.tsx";

/** Counts changes by other panels that sign devices out. */
const changes = signal(0);
export const devicesChanged = () => {
  changes.value++;
};

export function Devices() {
  const list = useList<DeviceView>("/me/sessions");
  const known = useRef(changes.peek());
  useSignalEffect(() => {
    if (changes.value === known.current) return;
    known.current = changes.value;
    void list.reload();
  });
  const asking = useSignal<"others" | "all" | null>(null);
  const trouble = useSignal<string | null>(null);
  const success = useSuccess();
  const end = async ({ id, device, current }: DeviceView) => {
    success.value = trouble.value = null;
    try {
      if (current) {
        await signOut(() => navigate("/"));
        return;
      }
      await call(`/me/sessions/${id}`, { method: "DELETE" });
      gone(id);
      success.value = `${device} is signed out.`;
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
  };
  const gone = (id: string) => {
    list.items.value = (list.items.value ?? []).filter((one) => one.id !== id);
  };
  const endOthers = async () => {
    success.value = trouble.value = null;
    // One by one, so that the list is right if one of the calls fails.
    for (const { id, current } of list.items.value ?? []) {
      if (current) continue;
      await call(`/me/sessions/${id}`, { method: "DELETE" }).catch((error) => {
        if (!(error instanceof ApiError && error.code === "not_found")) throw error; // It was already signed out.
      });
      gone(id);
    }
    success.value = "All other devices are signed out.";
  };
  const endAll = () => signOutEverywhere(() => navigate("/"));
  const ask = (scope: "others" | "all" | null) => () => {
    asking.value = scope;
  };
  // This device first; the API lists the others by last use.
  const devices = list.items.value?.toSorted((a, b) => Number(b.current) - Number(a.current));
  return (
    <Panel
      id="devices"
      title="Devices"
      about="Browsers and apps that are signed in. If you do not recognise one, sign it out and change your password."
    >
      <Alert text={trouble.value} />
      <ListState list={list} />
      <ul class="rows">
        {devices?.map((one) => (
          <li key={one.id}>
            {/Android|iPhone|iPad|iOS/.test(one.device) ? <PhoneIcon /> : <DeviceIcon />}
            <div class="row-text">
              <strong title={one.userAgent}>{one.device === "unknown" ? "Unknown device" : one.device}</strong>
              {one.current ? <span class="state-mark on">This device</span> : null}
              <span class="muted">
                {one.address} · {one.current ? "in use now" : `last used ${whenText(one.lastUsedAt)}`} · signed in{" "}
                {dateText(one.createdAt)}
                {one.method.startsWith("oauth:") ? ` through ${one.method.slice(6)}` : ""}
              </span>
            </div>
            <button type="button" class="button row-end" aria-label={`Sign out ${one.device}`} onClick={() => end(one)}>
              Sign out
            </button>
          </li>
        ))}
      </ul>
      {(devices?.length ?? 0) > 1 ? (
        <div class="panel-actions">
          <button type="button" class="button danger" onClick={ask("others")}>
            Sign out all others…
          </button>
          <button type="button" class="button danger" onClick={ask("all")}>
            Sign out everywhere…
          </button>
        </div>
      ) : null}
      <Success text={success} />
      {asking.value === "others" ? (
        <Confirm title="Sign out all other devices?" word="Sign out the others" act={endOthers} onClose={ask(null)}>
          This device stays signed in. Personal access tokens keep working.
        </Confirm>
      ) : asking.value === "all" ? (
        <Confirm title="Sign out everywhere?" word="Sign out everywhere" act={endAll} onClose={ask(null)}>
          All {devices?.length} devices are signed out, including this one. Personal access tokens keep working.
        </Confirm>
      ) : null}
    </Panel>
  );
}
