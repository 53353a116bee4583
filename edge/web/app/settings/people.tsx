// Whom one follows, and whom one does not want to hear.

import { Blocked } from "./blocked-people.tsx";
import { Followed } from "./followed-channels.tsx";

export const PeopleTab = () => (
  <div class="settings-panels">
    <Followed />
    <Blocked />
  </div>
);
