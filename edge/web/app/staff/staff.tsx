// The staff pages: reports, people, categories; for admins also the running system and the audit log. The server checks permissions; this page only hides what is not permitted.

import { useEffect } from "preact/hooks";
import { isAdmin, isStaff, loadMe, roleUnknown } from "../me.ts";
import { NotFound } from "../pages/not-found.tsx";
import { LogIcon } from "../ui/desk-icons.tsx";
import { BrowseIcon } from "../ui/icons.tsx";
import { lazyPart } from "../ui/lazy.tsx";
import { ErrorsIcon, MetricsIcon, NodesIcon, StreamsIcon } from "../ui/observation-icons.tsx";
import { usePrivatePage } from "../ui/require-sign-in.ts";
import { Sections } from "../ui/sections.tsx";
import { FlagIcon, PeopleIcon } from "../ui/tool-icons.tsx";
import { words as systemWords } from "../words/observation.ts";
import { words } from "../words/staff.ts";
import { AuditLog } from "./audit.tsx";
import { CategoryPictures } from "./category-pictures.tsx";
import { Person } from "./person.tsx";
import { Reports } from "./reports.tsx";
import { Users } from "./users.tsx";

const Nodes = lazyPart(async () => (await import("./nodes.tsx")).Nodes);
const Streams = lazyPart(async () => (await import("./streams.tsx")).Streams);
const Metrics = lazyPart(async () => (await import("./metrics.tsx")).Metrics);
const Errors = lazyPart(async () => (await import("./errors.tsx")).Errors);

const STAFF_TABS = {
  reports: { href: "/staff/reports", word: words.reports, Icon: FlagIcon, Tab: Reports },
  users: { href: "/staff/users", word: words.people, Icon: PeopleIcon, Tab: Users },
  categories: { href: "/staff/categories", word: words.categories, Icon: BrowseIcon, Tab: CategoryPictures },
};
/** For others there is nothing at these addresses. */
const ADMIN_TABS = {
  streams: { href: "/staff/streams", word: systemWords.streams, Icon: StreamsIcon, Tab: Streams },
  nodes: { href: "/staff/nodes", word: systemWords.nodes, Icon: NodesIcon, Tab: Nodes },
  metrics: { href: "/staff/metrics", word: systemWords.metrics, Icon: MetricsIcon, Tab: Metrics },
  errors: { href: "/staff/errors", word: systemWords.errors, Icon: ErrorsIcon, Tab: Errors },
  audit: { href: "/staff/audit", word: words.log, Icon: LogIcon, Tab: AuditLog },
};
const TABS = { ...STAFF_TABS, ...ADMIN_TABS };

export type StaffTab = keyof typeof TABS;

export function Staff({ tab, subject }: { tab: StaffTab; subject: string | null }) {
  const user = usePrivatePage(`${TABS[tab].word} · ${words.staff}`);
  useEffect(loadMe, [user?.id]);
  if (!user || roleUnknown.value) return <main id="main" class="desk" />;
  if (!isStaff.value || (tab in ADMIN_TABS && !isAdmin.value)) return <NotFound />;
  const shown = Object.values(isAdmin.value ? TABS : STAFF_TABS);
  const { Tab, word, href } = TABS[tab];
  return (
    <Sections label={words.staff} sections={shown} current={href}>
      <main id="main" class="desk staff">
        <h1 class="desk-title">{word}</h1>
        {subject ? <Person key={subject} login={subject} /> : <Tab />}
      </main>
    </Sections>
  );
}
