// The devices that are signed in, and signing them out.

import { signal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { DeviceView } from "#schema/api/devices.ts";
import { ApiError, errorText } from "../api.ts";
import { navigate } from "../router.ts";
import { call, signOut, signOutEverywhere } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { Confirm } from "../ui/confirm.tsx";
import { dateText, whenText } from "../ui/dates.ts";
import { DeviceIcon, PhoneIcon } from "../ui/desk-icons.tsx";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { Panel } from "../ui/panel.tsx";
import { Success, useSuccess } from "../ui/success.tsx";
import { words } from "../words/settings.ts";

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
  const end = async (one: DeviceView) => {
    const { id, current } = one;
    success.value = trouble.value = null;
    try {
      if (current) {
        await signOut(() => navigate("/"));
        return;
      }
      await call(`/me/sessions/${id}`, { method: "DELETE" });
      gone(id);
      success.value = words.signedOut(nameOf(one));
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
    success.value = words.othersSignedOut;
  };
  const endAll = () => signOutEverywhere(() => navigate("/"));
  const ask = (scope: "others" | "all" | null) => () => {
    asking.value = scope;
  };
  // This device first; the API lists the others by last use.
  const devices = list.items.value?.toSorted((a, b) => Number(b.current) - Number(a.current));
  return (
    <Panel id="devices" title={words.devices} about={words.devicesAbout}>
      <Alert text={trouble.value} />
      <ListState list={list} />
      <ul class="rows">
        {devices?.map((one) => (
          <li key={one.id}>
            {/Android|iPhone|iPad|iOS/.test(one.device) ? <PhoneIcon /> : <DeviceIcon />}
            <div class="row-text">
              <strong title={one.userAgent}>{nameOf(one)}</strong>
              {one.current ? <span class="state-mark on">{words.thisDevice}</span> : null}
              <span class="muted">{factsOf(one)}</span>
            </div>
            <button
              type="button"
              class="button row-end"
              aria-label={words.signOutOne(nameOf(one))}
              onClick={() => end(one)}
            >
              {words.signOut}
            </button>
          </li>
        ))}
      </ul>
      {(devices?.length ?? 0) > 1 ? (
        <div class="panel-actions">
          <button type="button" class="button danger" onClick={ask("others")}>
            {words.signOutOthers}
          </button>
          <button type="button" class="button danger" onClick={ask("all")}>
            {words.signOutEverywhere}…
          </button>
        </div>
      ) : null}
      <Success text={success} />
      {asking.value === "others" ? (
        <Confirm title={words.signOutOthersAsk} word={words.signOutTheOthers} act={endOthers} onClose={ask(null)}>
          {words.signOutOthersWhat}
        </Confirm>
      ) : asking.value === "all" ? (
        <Confirm title={words.signOutEverywhereAsk} word={words.signOutEverywhere} act={endAll} onClose={ask(null)}>
          {words.signOutEverywhereWhat(devices?.length ?? 0)}
        </Confirm>
      ) : null}
    </Panel>
  );
}

const nameOf = ({ device }: DeviceView) => (device === "unknown" ? words.unknownDevice : device);

function factsOf({ address, current, lastUsedAt, createdAt, method }: DeviceView): string {
  const date = dateText(createdAt);
  const signedIn = method.startsWith("oauth:") ? words.signedInThrough(date, method.slice(6)) : words.signedIn(date);
  return current ? words.inUse(address, signedIn) : words.lastUsed(address, whenText(lastUsedAt), signedIn);
}
