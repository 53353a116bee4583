// The entry pages: signing in and up, and the pages that links in our e-mails open.

import { Forgot } from "./forgot.tsx";
import { Register } from "./register.tsx";
import { Reset } from "./reset.tsx";
import { SignIn } from "./sign-in.tsx";
import { Verify } from "./verify.tsx";

const PAGES = { login: SignIn, register: Register, forgot: Forgot, reset: Reset, verify: Verify };

export type EntryPage = keyof typeof PAGES;

export function Entry({ page }: { page: EntryPage }) {
  const Shown = PAGES[page];
  return <Shown key={page} />;
}
