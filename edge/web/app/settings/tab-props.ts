// What each tab of the settings is given.

import type { AccountView } from "#schema/api/me.ts";
import type { UserView } from "#schema/api/user.ts";

export interface TabProps {
  user: UserView;
  account: AccountView;
  /** Asks for the account once more, after a change. */
  changed(): Promise<void>;
}
