// Reserved logins: first path segments that the app and the API have or may get, and names that look official.

const RESERVED_LOGINS = new Set(
  [
    // The API, media and infrastructure.
    "api live videos video clips clip ingest whip whep hooks hook metrics healthz readyz health status ping internal ws rtmp",
    "auth oauth callback well_known graphql rss feed sitemap robots manifest sw assets static public files uploads media cdn",
    "favicon favicons fonts images img pictures css js",
    // Pages, now and later.
    "home index login logout signin signout signup register join forgot reset password verify confirm consent device",
    "dashboard dash studio settings account profile me user users channel channels category categories c v u s tag tags",
    "search browse discover directory explore following follows followers friends inbox messages notifications popular",
    "trending schedule events popout embed player chat mod moderation moderator analytics stats webhooks apps app apis",
    "subscribe subscriptions subscriber billing payments wallet gifts downloads download jobs blog news press store shop",
    "help support faq docs doc guide guidelines about contact terms tos privacy legal dmca cookies imprint security abuse",
    "report reports admin administrator administration root system sysadmin operator staff official owner server node",
    // Words with a special meaning in code and in our own addresses.
    "null undefined true false none nobody anonymous everyone anyone here unknown deleted guest bot twitchclone",
    "new edit delete create update remove error errors e404 offline online all any default",
  ].flatMap((words) => words.split(" ")),
);

/** True for a login that registration refuses (422 `validation_failed`). In any letter case. */
export const isReservedLogin = (login: string) => RESERVED_LOGINS.has(login.toLowerCase());
