// How long a channel's text about itself may be. Browsers read it too.

export const ABOUT_LENGTH_MAX = 2_000;
export const RULES_LENGTH_MAX = 2_000;
export const LINKS_MAX = 10;
export const LINK_NAME_LENGTH_MAX = 60;
export const LINK_URL_LENGTH_MAX = 300;
