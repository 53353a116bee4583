// The staff pages: reports, people, audit log. The server checks permissions; this page only hides what is not permitted.

import { useEffect } from "preact/hooks";
import { isAdmin, isStaff, loadMe, roleUnknown } from "../me.ts";
import { NotFound } from "../pages/not-found.tsx";
import { BrowseIcon, FlagIcon, LogIcon, PeopleIcon } from "../ui/icons.tsx";
import { usePrivatePage } from "../ui/require-sign-in.ts";
import { Sections } from "../ui/sections.tsx";
import { words } from "../words/staff.ts";
import { AuditLog } from "./audit.tsx";
import { CategoryPictures } from "./category-pictures.tsx";
import { Person } from "./person.tsx";
import { Reports } from "./reports.tsx";
import { Users } from "./users.tsx";

const TABS = {
  reports: { href: "/staff/reports", word: words.reports, Icon: FlagIcon },
  users: { href: "/staff/users", word: words.people, Icon: PeopleIcon },
  categories: { href: "/staff/categories", word: words.categories, Icon: BrowseIcon },
  audit: { href: "/staff/audit", word: words.log, Icon: LogIcon },
};

export type StaffTab = keyof typeof TABS;

export function Staff({ tab, subject }: { tab: StaffTab; subject: string | null }) {
  const user = usePrivatePage(`${TABS[tab].word} · ${words.staff}`);
  useEffect(loadMe, [user?.id]);
  if (!user || roleUnknown.value) return <main id="main" class="desk" />;
  if (!isStaff.value) return <NotFound />;
  const shown = isAdmin.value ? Object.values(TABS) : [TABS.reports, TABS.users, TABS.categories];
  return (
    <Sections label={words.staff} sections={shown} current={TABS[tab].href}>
      <main id="main" class="desk staff">
        <h1 class="desk-title">{TABS[tab].word}</h1>
        {tab === "reports" ? (
          <Reports />
        ) : tab === "categories" ? (
          <CategoryPictures />
        ) : tab === "audit" ? (
          <AuditLog />
        ) : subject ? (
          <Person key={subject} login={subject} />
        ) : (
          <Users />
        )}
      </main>
    </Sections>
  );
}
