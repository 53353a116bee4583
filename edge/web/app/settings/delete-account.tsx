// Data export and account deletion.

import { useSignal } from "@preact/signals";
import { errorText } from "../api.ts";
import { navigate } from "../router.ts";
import { call, endSession } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { saveFile } from "../ui/download.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { Success, useSuccess } from "./panel.tsx";
import { reauthenticated } from "./reauthenticate.tsx";

const EXPORT_TIMEOUT_MS = 10 * 60_000;

export function ExportData({ login }: { login: string }) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const success = useSuccess();
  const take = async () => {
    busy.value = true;
    success.value = trouble.value = null;
    try {
      const text = await call<string>("/me/export", { as: "text", timeoutMs: EXPORT_TIMEOUT_MS });
      saveFile(`${login}.json`, "application/json", text);
      success.value = "Saved to your downloads.";
    } catch (error) {
      trouble.value = errorText(error);
    }
    busy.value = false;
  };
  return (
    <Panel
      id="export"
      title="Your data"
      about="Everything we store about you as one JSON file: account, channel, broadcasts, chat messages, follows, devices."
    >
      <Alert text={trouble.value} />
      <div class="panel-actions">
        <button type="button" class="button" onClick={take} disabled={busy.value}>
          {busy.value ? "One moment…" : "Download my data"}
        </button>
        <Success text={success} />
      </div>
    </Panel>
  );
}

export function DeleteAccount({ login }: { login: string }) {
  const asking = useSignal(false);
  return (
    <Panel
      id="delete"
      title="Delete the account"
      about="This also deletes your channel, stream key, chat messages, follows and tokens. It cannot be undone."
      danger
    >
      <div class="panel-actions">
        <button
          type="button"
          class="button danger"
          onClick={() => {
            asking.value = true;
          }}
        >
          Delete my account…
        </button>
      </div>
      {asking.value ? (
        <DeleteDialog
          login={login}
          onClose={() => {
            asking.value = false;
          }}
        />
      ) : null}
    </Panel>
  );
}

function DeleteDialog({ login, onClose }: { login: string; onClose(): void }) {
  const typed = useSignal("");
  const form = useForm({
    check: () => ({ typed: typed.value.trim().toLowerCase() === login ? null : `Type ${login} to continue.` }),
    async send() {
      if (!(await reauthenticated((proof) => call("/me/deletion", { method: "POST", body: proof })))) return;
      navigate("/"); // Before the session ends, or this private page would lead to the sign-in page.
      endSession();
    },
  });
  return (
    <Dialog title="Delete your account for good?" onClose={onClose}>
      <ul class="dialog-list">
        <li>A running broadcast ends at once.</li>
        <li>Your channel, your chat messages and your follows are deleted.</li>
        <li>Nobody can take your name for 90 days.</li>
        <li>This cannot be undone. Download your data first if you want to keep it.</li>
      </ul>
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <Field
          name="typed"
          label={`To confirm, type your login: ${login}`}
          value={typed}
          error={form.errors.fields.typed}
          autocomplete="off"
          autofocus
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <Submit form={form} word="Delete for good" kind="danger solid" />
        </div>
      </form>
    </Dialog>
  );
}
