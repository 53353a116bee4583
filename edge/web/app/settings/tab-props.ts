// What each tab of the settings is given.

import type { Account, User } from "../types.ts";

export interface TabProps {
  user: User;
  account: Account;
  /** Asks for the account once more, after a change. */
  changed(): Promise<void>;
}
