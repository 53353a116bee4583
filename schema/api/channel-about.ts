// What a channel says of itself on its page: text, links and rules (`/api/v1/channels/:channel/about`). Apart from the channel's state, which
// is asked for again and again and in lists.

import { type Static, t } from "elysia";
import {
  ABOUT_LENGTH_MAX,
  LINK_NAME_LENGTH_MAX,
  LINK_URL_LENGTH_MAX,
  LINKS_MAX,
  RULES_LENGTH_MAX,
} from "../wire/channel-about.ts";
import { longText, NAME_PATTERN, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, part, text } from "./shapes.ts";

export const aboutAnswer = answer("ChannelAbout", {
  /** Plain text: a line break is one, and nothing in it is markup. Empty: none. Pages may make links of the addresses in it. */
  about: text,
  /** The same, of the chat. */
  rules: text,
  links: t.Array(part({ name: text, url: text })),
});
export type AboutView = Static<typeof aboutAnswer>;

export const readAbout = route("GET /api/v1/channels/:channel/about", {
  access: "all",
  limit: "read",
  answers: { 200: aboutAnswer },
  summary: "What a channel says of itself",
});

const link = t.Object(
  {
    name: t.String({
      pattern: NAME_PATTERN,
      minLength: 1,
      maxLength: LINK_NAME_LENGTH_MAX,
      description: `1 to ${LINK_NAME_LENGTH_MAX} characters that can be seen`,
    }),
    url: t.String({
      pattern: "^https:",
      maxLength: LINK_URL_LENGTH_MAX,
      description: `an https address of at most ${LINK_URL_LENGTH_MAX} characters`,
    }),
  },
  strict,
);

export const changeAbout = route("PATCH /api/v1/channels/:channel/about", {
  access: "editor",
  scope: "channel:write",
  limit: "write",
  body: t.Object(
    {
      about: t.Optional(longText(ABOUT_LENGTH_MAX)),
      rules: t.Optional(longText(RULES_LENGTH_MAX)),
      links: t.Optional(t.Array(link, { maxItems: LINKS_MAX, description: `at most ${LINKS_MAX} links` })),
    },
    strict,
  ),
  answers: { 200: aboutAnswer },
  summary: "Change what a channel says of itself",
});
