// The badges before a name: at most three, the most important first.

import { BroadcastIcon, CheckIcon, EditIcon, GemIcon, HeartIcon, HighlightIcon, ShieldIcon } from "../ui/icons.tsx";
import { once } from "../ui/once.ts";
import { words } from "../words/badges.ts";

const SHOWN_MAX = 3;

const SupporterIcon = ({ size }: { size: "text" }) => <HeartIcon full size={size} />;

/** By role, the most important first. Roles of a later server have no badge. */
const KINDS = once(
  () =>
    new Map([
      ["broadcaster", { word: words.broadcaster, Icon: BroadcastIcon, look: "streamer" }],
      ["admin", { word: words.staff, Icon: CheckIcon, look: "staff" }],
      ["staff", { word: words.staff, Icon: CheckIcon, look: "staff" }],
      ["editor", { word: words.editor, Icon: EditIcon, look: "moderator" }],
      ["moderator", { word: words.moderator, Icon: ShieldIcon, look: "moderator" }],
      ["vip", { word: words.vip, Icon: GemIcon, look: "vip" }],
      ["founder", { word: words.founder, Icon: HighlightIcon, look: "subscriber" }],
      ["subscriber", { word: words.subscriber, Icon: SupporterIcon, look: "subscriber" }],
    ]),
);

const kindsOf = (roles: readonly string[]) =>
  [...KINDS()].flatMap(([role, kind]) => (roles.includes(role) ? [kind] : [])).slice(0, SHOWN_MAX);

/** What the roles are called, the most important first. */
export const roleWords = (roles: readonly string[]) => kindsOf(roles).map(({ word }) => word);

export const Badges = ({ roles }: { roles: readonly string[] }) => (
  <>
    {kindsOf(roles).map(({ word, Icon, look }) => (
      <span key={word} class={`role-badge role-${look}`} role="img" aria-label={word} title={word}>
        <Icon size="text" />
      </span>
    ))}
  </>
);
