// Where the main pages are: in the bar, and on a phone in tabs at the foot.

import { location, signInHref } from "../router.ts";
import { session } from "../session.ts";
import { words } from "../words/browse.ts";
import { BrowseIcon, HeartIcon, HomeIcon, PersonIcon } from "./icons.tsx";

const FOLLOWING = "/following";
const BROWSE = "/categories";

/** `page` for the page itself, `true` for one below it (ARIA 1.2 §6.6.7). */
function currentAt(href: string): "page" | "true" | undefined {
  const { pathname } = location.value;
  if (pathname === href) return "page";
  return href !== "/" && pathname.startsWith(`${href}/`) ? "true" : undefined;
}

export const BarNavigation = () => (
  <nav class="bar-links" aria-label={words.mainPages}>
    <a href={FOLLOWING} aria-current={currentAt(FOLLOWING)}>
      {words.following}
    </a>
    <a href={BROWSE} aria-current={currentAt(BROWSE)}>
      {words.browseShort}
    </a>
  </nav>
);

export function FootTabs() {
  const you = session.value.phase === "in" ? "/settings" : signInHref();
  return (
    <nav class="foot-tabs" aria-label={words.mainPages}>
      <a href="/" aria-current={currentAt("/")}>
        <HomeIcon />
        {words.home}
      </a>
      <a href={FOLLOWING} aria-current={currentAt(FOLLOWING)}>
        <HeartIcon full={false} />
        {words.following}
      </a>
      <a href={BROWSE} aria-current={currentAt(BROWSE)}>
        <BrowseIcon />
        {words.browseShort}
      </a>
      <a href={you} aria-current={currentAt(you.replace(/\?.*/, ""))}>
        <PersonIcon />
        {words.you}
      </a>
    </nav>
  );
}
