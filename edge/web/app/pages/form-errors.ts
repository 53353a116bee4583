// Where an API error is shown in a form: at the field it speaks of, or above them all.

import { ApiError, sentence } from "../api.ts";

export interface FormErrors {
  /** Above the form. */
  form: string | null;
  fields: Record<string, string>;
}

export const NO_ERRORS: FormErrors = { form: null, fields: {} };

const CODES: Record<string, { field?: string; text: string }> = {
  login_taken: { field: "login", text: "This name is taken. Try another one." },
  email_taken: { field: "email", text: "There is an account with this e-mail address already." },
  bad_credentials: { text: "Wrong name or password." },
  otp_required: { field: "otp", text: "Enter the code from your authenticator app." },
  rate_limited: { text: "Too many attempts. Wait a moment and try again." },
};

export function formErrors(error: unknown, known: string[]): FormErrors {
  if (!(error instanceof ApiError)) return { form: sentence(error), fields: {} };
  const fields: Record<string, string> = {};
  const code = CODES[error.code];
  if (code?.field && known.includes(code.field)) fields[code.field] = code.text;
  const others: string[] = [];
  for (const { path, message } of error.errors) {
    const name = path.replace(/^[/.]+/, "");
    if (known.includes(name)) fields[name] ??= capital(message);
    else others.push(capital(message));
  }
  if (Object.keys(fields).length > 0 && others.length === 0) return { form: null, fields };
  return { form: code && !code.field ? code.text : others[0] || error.message, fields };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What can be said about a login before asking the server. */
export function loginError(login: string): string | null {
  if (login.length === 0) return "Choose a name.";
  if (!/^[a-zA-Z0-9_]*$/.test(login)) return "Letters a–z, digits and _ only.";
  if (login.length < 3 || login.length > 25) return "3 to 25 characters.";
  return null;
}

export const PASSWORD_LENGTH_MIN = 10;

export function passwordError(password: string): string | null {
  if (password.length < PASSWORD_LENGTH_MIN) return `At least ${PASSWORD_LENGTH_MIN} characters.`;
  return password.length > 1024 ? "At most 1024 characters." : null;
}

export const emailError = (email: string) =>
  /^[^\s@]+@[^\s@]+$/.test(email) ? null : "An e-mail address looks like name@example.org.";
