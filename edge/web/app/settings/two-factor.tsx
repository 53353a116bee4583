// Two-factor sign-in: its state, turning it on and off, new recovery codes.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ProposedTotpView, TotpView } from "#schema/api/two-factor.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { dateText } from "../ui/dates.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { capitalized } from "../ui/form-errors.ts";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { Mark, Success, useSuccess } from "./panel.tsx";
import { reauthenticated } from "./reauthenticate.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import type { TabProps } from "./tab-props.ts";
import { TwoFactorSetup } from "./two-factor-setup.tsx";

/** With fewer codes left than this, a warning is shown. */
const FEW_CODES = 4;

type Step =
  | { phase: "idle" }
  | { phase: "turning-on"; proposal: ProposedTotpView }
  | { phase: "codes"; codes: string[] }
  | { phase: "asking"; act: "off" | "codes" };

export function TwoFactor({ reloadAccount, account }: TabProps) {
  const totp = useSignal<TotpView | null>(null);
  const step = useSignal<Step>({ phase: "idle" });
  const trouble = useSignal<string | null>(null);
  const success = useSuccess();
  const load = async () => {
    try {
      totp.value = await call<TotpView>("/me/totp");
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
  };
  useEffect(() => void load(), []);
  const ask = (act: "off" | "codes") => () => {
    success.value = null;
    step.value = { phase: "asking", act };
  };
  const reset = () => {
    step.value = { phase: "idle" };
  };
  const begin = async () => {
    success.value = trouble.value = null;
    try {
      await reauthenticated(async (proof) => {
        const proposal = await call<ProposedTotpView>("/me/totp", { method: "POST", body: proof });
        step.value = { phase: "turning-on", proposal };
      });
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
  };
  const now = step.value;
  const on = totp.value?.enabled ?? account.twoFactor;
  const left = totp.value?.recoveryCodesLeft ?? 0;
  return (
    <Panel
      id="two-factor"
      title="Two-factor sign-in"
      mark={<Mark on={on} word={on ? "On" : "Off"} />}
      about={
        on
          ? `Signing in needs a code from your app${totp.value?.confirmedAt ? ` since ${dateText(totp.value.confirmedAt)}` : ""}.`
          : "Protects you if your password is stolen: signing in then also needs a code from an app on your phone."
      }
    >
      <Alert text={trouble.value} />
      {now.phase === "turning-on" ? (
        <TwoFactorSetup
          proposal={now.proposal}
          onCancel={reset}
          onDone={(codes) => {
            step.value = { phase: "codes", codes };
            void load();
            void reloadAccount();
          }}
        />
      ) : now.phase === "codes" ? (
        <RecoveryCodes
          codes={now.codes}
          login={account.login}
          onDone={() => {
            reset();
            success.value = "Two-factor sign-in is on.";
          }}
        />
      ) : now.phase === "asking" ? (
        <WithCode
          act={now.act}
          onCancel={reset}
          onOff={() => {
            reset();
            success.value = "Two-factor sign-in is off.";
            void load();
            void reloadAccount();
          }}
          onCodes={(codes) => {
            step.value = { phase: "codes", codes };
            void load();
          }}
        />
      ) : on ? (
        <>
          {left < FEW_CODES && totp.value ? (
            <p class="notice warn">
              {left === 0
                ? "No recovery codes are left."
                : `Only ${left} recovery ${left === 1 ? "code is" : "codes are"} left.`}{" "}
              Create new ones, so that you can still sign in if you lose your phone.
            </p>
          ) : (
            <p class="muted">{left} recovery codes are left, in case you lose your phone.</p>
          )}
          <div class="panel-actions">
            <button type="button" class="button" onClick={ask("codes")}>
              New recovery codes
            </button>
            <button type="button" class="button danger" onClick={ask("off")}>
              Turn off
            </button>
          </div>
        </>
      ) : (
        <div class="panel-actions">
          <button type="button" class="button primary" onClick={begin} disabled={totp.value === null}>
            Turn on
          </button>
        </div>
      )}
      <Success text={success} />
    </Panel>
  );
}

interface WithCodeProps {
  act: "off" | "codes";
  onCancel(): void;
  onOff(): void;
  onCodes(codes: string[]): void;
}

/** Both actions require a code, so that an unlocked browser alone is not enough. */
function WithCode({ act, onCancel, onOff, onCodes }: WithCodeProps) {
  const otp = useSignal("");
  const form = useForm({
    check: () => ({ otp: otp.value.trim() ? null : "Enter a code." }),
    send: () =>
      reauthenticated(async (proof) => {
        const body = { otp: otp.value.trim(), ...proof };
        if (act === "off") {
          await call("/me/totp/removal", { method: "POST", body });
          onOff();
        } else {
          const { recoveryCodes } = await call<{ recoveryCodes: string[] }>("/me/totp/recovery-codes", {
            method: "POST",
            body,
          });
          onCodes(recoveryCodes);
        }
      }),
  });
  return (
    <form {...form.props} class="stack inset">
      <FormNotice form={form} />
      <Field
        name="otp"
        label={act === "off" ? "To turn it off, enter a code" : "For new recovery codes, enter a code"}
        value={otp}
        error={form.errors.fields.otp}
        hint={
          act === "off"
            ? "Six digits from your app, or a recovery code."
            : "Six digits from your app. Your current recovery codes stop working."
        }
        autocomplete="one-time-code"
        autofocus
        code
      />
      <div class="panel-actions">
        <Submit
          form={form}
          word={act === "off" ? "Turn off" : "Create new codes"}
          kind={act === "off" ? "danger" : "primary"}
        />
        <button type="button" class="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
