// The search field in the bar; on a phone a link to the page of the search.

import { SearchIcon } from "./icons.tsx";

export const SearchBox = () => (
  <>
    <search class="search-box">
      <form action="/search">
        <SearchIcon size="text" />
        <input type="search" name="q" placeholder="Search" aria-label="Search" maxLength={100} autocomplete="off" />
      </form>
    </search>
    <a class="icon-button search-link" href="/search" aria-label="Search" title="Search">
      <SearchIcon />
    </a>
  </>
);
