// Where the main pages are: in the bar, and on a phone in tabs at the foot.

import { location, signInHref } from "../router.ts";
import { session } from "../session.ts";
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
  <nav class="bar-links" aria-label="Main">
    <a href={FOLLOWING} aria-current={currentAt(FOLLOWING)}>
      Following
    </a>
    <a href={BROWSE} aria-current={currentAt(BROWSE)}>
      Browse
    </a>
  </nav>
);

export function FootTabs() {
  const you = session.value.phase === "in" ? "/settings" : signInHref();
  return (
    <nav class="foot-tabs" aria-label="Main">
      <a href="/" aria-current={currentAt("/")}>
        <HomeIcon />
        Home
      </a>
      <a href={FOLLOWING} aria-current={currentAt(FOLLOWING)}>
        <HeartIcon full={false} />
        Following
      </a>
      <a href={BROWSE} aria-current={currentAt(BROWSE)}>
        <BrowseIcon />
        Browse
      </a>
      <a href={you} aria-current={currentAt(you.replace(/\?.*/, ""))}>
        <PersonIcon />
        You
      </a>
    </nav>
  );
}
