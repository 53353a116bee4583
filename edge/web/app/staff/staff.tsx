// The staff pages: reports, people, audit log. The server checks permissions; this page only hides what is not permitted.

import { useEffect } from "preact/hooks";
import { isAdmin, isStaff, loadMe, roleUnknown } from "../me.ts";
import { NotFound } from "../pages/not-found.tsx";
import { usePrivatePage } from "../ui/require-sign-in.ts";
import { Tabs } from "../ui/tabs.tsx";
import { AuditLog } from "./audit.tsx";
import { Person } from "./person.tsx";
import { Reports } from "./reports.tsx";
import { Users } from "./users.tsx";

const TABS = { reports: "Reports", users: "People", audit: "Audit log" };

export type StaffTab = keyof typeof TABS;

export function Staff({ tab, subject }: { tab: StaffTab; subject: string | null }) {
  const user = usePrivatePage("Staff");
  useEffect(loadMe, [user?.id]);
  if (!user || roleUnknown.value) return <main id="main" class="desk" />;
  if (!isStaff.value) return <NotFound />;
  return (
    <main id="main" class="desk staff">
      <header class="desk-head">
        <h1>Staff</h1>
      </header>
      <Tabs
        label="Staff"
        tabs={Object.entries(TABS)
          .filter(([one]) => one !== "audit" || isAdmin.value)
          .map(([one, word]) => ({ href: `/staff/${one}`, word }))}
        current={`/staff/${tab}`}
      />
      {tab === "reports" ? (
        <Reports />
      ) : tab === "audit" ? (
        <AuditLog />
      ) : subject ? (
        <Person key={subject} login={subject} />
      ) : (
        <Users />
      )}
    </main>
  );
}
