// Props of each tab of the settings.

import type { AccountView } from "#schema/api/me.ts";
import type { UserView } from "#schema/api/user.ts";

export interface TabProps {
  user: UserView;
  account: AccountView;
  /** Call after a change. */
  reloadAccount(): Promise<void>;
}
