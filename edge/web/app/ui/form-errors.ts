// Maps an API error to a form: to the field it belongs to, or above the form.

import { LOGIN_CHARACTERS, LOGIN_LENGTH_MAX, LOGIN_LENGTH_MIN } from "#schema/wire/ids.ts";
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from "#schema/wire/passwords.ts";
import { ApiError, errorText } from "../api.ts";
import { wallMs } from "../clock.ts";
import { capitalized } from "./capitalized.ts";
import { suspensionText } from "./suspension-text.ts";

export interface FormErrors {
  /** Shown above the form. */
  form: string | null;
  fields: Record<string, string>;
  /** Wall time in ms before which a retry would be refused; null: a retry is allowed now. */
  untilMs: number | null;
}

export const NO_ERRORS: FormErrors = { form: null, fields: {}, untilMs: null };

const CODES: Record<string, { field?: string; text: string }> = {
  login_taken: { field: "login", text: "This name is taken. Try another one." },
  email_taken: { field: "email", text: "An account with this e-mail address already exists." },
  bad_credentials: { text: "Wrong name or password." },
  otp_required: { field: "otp", text: "Enter the code from your authenticator app." },
  otp_wrong: { field: "otp", text: "This code is wrong or was already used. Wait for the next one." },
  wrong_password: { field: "password", text: "This is not the channel's password." },
  bad_link: { text: "This link no longer works. It was used, has expired, or a newer one was sent." },
  not_found: { text: "Nothing with this name was found." },
  unavailable: { text: "Part of the site is unavailable right now. Please try again in a moment." },
  busy: { text: "The site is very busy right now. Please try again in a moment." },
  timeout: { text: "That took too long. Please try again in a moment." },
  last_admin: { text: "You are the last admin. Make somebody else an admin first." },
};

/** `known`: names of the form's fields. */
export function formErrors(error: unknown, known: string[]): FormErrors {
  if (!(error instanceof ApiError)) return { ...NO_ERRORS, form: errorText(error) };
  const { code: name, retryAfterMs } = error;
  if (name === "rate_limited")
    return { ...NO_ERRORS, form: rateLimitText(retryAfterMs), untilMs: wallMs() + (retryAfterMs ?? 1_000) };
  if (name === "suspended") return { ...NO_ERRORS, form: suspensionText(error.suspension) };
  const fields: Record<string, string> = {};
  const code = CODES[name];
  if (code?.field && known.includes(code.field)) fields[code.field] = code.text;
  if (name === "bad_credentials" && known.includes("oldPassword")) fields.oldPassword = "This is not your password.";
  const others: string[] = [];
  for (const { path, message } of error.errors) {
    const field = path.replace(/^[/.]+/, "");
    if (known.includes(field)) fields[field] ??= capitalized(message);
    else others.push(capitalized(message));
  }
  if (Object.keys(fields).length > 0 && others.length === 0) return { ...NO_ERRORS, fields };
  return { ...NO_ERRORS, form: code && !code.field ? code.text : others[0] || capitalized(error.message), fields };
}

/** Minutes only: this is a live region, and the button next to it counts the seconds. */
function rateLimitText(waitMs: number | null): string {
  const minutes = Math.ceil((waitMs ?? 0) / 60_000);
  const wait = minutes > 1 ? `in about ${minutes} minutes` : "within a minute";
  return `Too many attempts. You can try again ${wait}.`;
}

const ONLY_LOGIN_CHARACTERS = new RegExp(`^[${LOGIN_CHARACTERS}]*$`);

/** Checks a login before the request; null: nothing is wrong. */
export function loginError(login: string): string | null {
  if (login.length === 0) return "Choose a name.";
  if (!ONLY_LOGIN_CHARACTERS.test(login)) return "Letters a–z, digits and _ only.";
  if (login.length < LOGIN_LENGTH_MIN || login.length > LOGIN_LENGTH_MAX)
    return `${LOGIN_LENGTH_MIN} to ${LOGIN_LENGTH_MAX} characters.`;
  return null;
}

/** Hint of a field for a new password. */
export const PASSWORD_HINT = `${PASSWORD_LENGTH_MIN} characters or more; not a common password and not your name. A few words in a row are easy to remember.`;

export function passwordError(password: string): string | null {
  if (password.length < PASSWORD_LENGTH_MIN) return `At least ${PASSWORD_LENGTH_MIN} characters.`;
  return password.length > PASSWORD_LENGTH_MAX ? `At most ${PASSWORD_LENGTH_MAX} characters.` : null;
}

export const emailError = (email: string) =>
  /^[^\s@]+@[^\s@]+$/.test(email) ? null : "An e-mail address looks like name@example.org.";
