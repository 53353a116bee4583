// One chat line: [time] badges name: text. Its text is only ever rendered as text; a link shows its own address.

import { Component, type ComponentType } from "preact";
import type { Author, LineLink } from "#schema/api/chat.ts";
import { NOBODY } from "#schema/wire/room.ts";
import { readable } from "../ui/contrast.ts";
import { ReplyIcon } from "../ui/icons.tsx";
import { isolated } from "../ui/isolated-name.ts";
import { theme } from "../ui/theme.ts";
import { words } from "../words/chat.ts";
import { Badges } from "./badges.tsx";
import { EmotePicture } from "./emote-picture.tsx";
import type { Emotes } from "./emotes.ts";
import type { Quote, ShownLine } from "./entries.ts";
import type { OwnLine } from "./outbox.ts";
import { isAction } from "./outbox.ts";
import { mentions, pieces } from "./text.ts";

interface LineProps {
  line: ShownLine;
  /** Whose mentions are marked; null: a guest's page. */
  ownLogin: string | null;
  hasTime: boolean;
  emotes: Emotes;
  /** What a removed line keeps; undefined: it was removed before it was shown. */
  heightPx: number | undefined;
  /** Shown over its end, for a line that a moderator has chosen. Default: none. */
  Tools?: LineTools | undefined;
}

export type LineTools = ComponentType<{ line: ShownLine }>;

/**
 * A class for `shouldComponentUpdate`: up to 300 rows are compared by identity at each frame. Its buttons have no handlers of their own:
 * lines.tsx hears them all.
 */
export class Line extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps) {
    const { line, ownLogin, hasTime, heightPx, emotes, Tools } = this.props;
    if (next.line !== line || next.ownLogin !== ownLogin || next.emotes !== emotes) return true;
    return next.hasTime !== hasTime || next.heightPx !== heightPx || next.Tools !== Tools;
  }

  override render({ line, ownLogin, hasTime, heightPx, emotes, Tools }: LineProps) {
    const { seq, id, at, user, body, quote, removed, notice } = line;
    const time = hasTime ? (
      <time class="line-time" dateTime={at}>
        {words.clock(at)}
      </time>
    ) : null;
    if (line.deleted && !removed)
      return (
        <li class="line line-removed" data-seq={seq} data-id={id} style={{ minHeight: heightPx && `${heightPx}px` }}>
          {time}
          {user.id === NOBODY.id ? words.removedOfNobody : words.removed(isolated(user.displayName))}
        </li>
      );
    if (notice && !removed)
      return (
        <li class={`line line-notice notice-${notice.color}`} data-seq={seq} data-id={id}>
          {time}
          <strong>{notice.title}</strong>
          <Body body={body} emotes={emotes} links={null} />
        </li>
      );
    const isForMe =
      ownLogin !== null && user.login !== ownLogin && (mentions(body, ownLogin) || quote?.user?.login === ownLogin);
    return (
      <li
        class={`line${isForMe ? " line-for-me" : ""}${removed ? " line-struck" : ""}${Tools ? " line-chosen" : ""}`}
        data-seq={seq}
        data-id={id}
        title={hasTime ? undefined : words.clock(at)}
      >
        {quote ? <QuoteOf quote={quote} /> : null}
        {time}
        <Badges roles={user.badges} />
        <AuthorName {...user} />
        {line.action ? " " : <span class="line-colon">: </span>}
        {removed ? (
          <RemovedBody {...removed} />
        ) : (
          <Body body={body} action={line.action === true} emotes={emotes} links={line.links} />
        )}
        <button
          type="button"
          class="line-more"
          tabIndex={-1}
          aria-haspopup="menu"
          aria-label={removed ? words.actsOnRemoved(user.displayName) : words.actsOn(user.displayName, body)}
        />
        {Tools ? <Tools line={line} /> : null}
      </li>
    );
  }
}

const RemovedBody = ({ body, by }: NonNullable<ShownLine["removed"]>) => (
  <>
    <s class="line-body">{body}</s>{" "}
    <span class="line-removed-by">{by ? words.removedBy(isolated(by.displayName)) : words.removedByNobody}</span>
  </>
);

function AuthorName({ login, displayName, color }: Author) {
  return (
    <button
      type="button"
      class="line-author"
      tabIndex={-1}
      aria-haspopup="dialog"
      style={{ color: readable(color, theme.value.background) }}
    >
      {displayName}
      {displayName.toLowerCase() === login ? null : <span class="line-login"> ({login})</span>}
    </button>
  );
}

/** The beginning of the line that is answered, cut to one row. */
function QuoteOf({ quote: { user, body } }: { quote: Quote }) {
  const name = user ? isolated(user.displayName) : null;
  return (
    <span class="line-quote">
      <ReplyIcon size="text" />
      <span class="sr-only">{words.answers} </span>
      <span class="line-quote-text">
        {name === null ? words.quoteUnknown : body === "" ? words.quoteRemoved(name) : words.quote(name, body)}
      </span>
    </span>
  );
}

interface BodyProps {
  body: string;
  action?: boolean;
  emotes?: Emotes;
  /** As the entry has them. Null: it has none of its own, as an announcement; addresses with a scheme are links then. */
  links?: readonly LineLink[] | null | undefined;
  /** The tab key reaches its links. Default false: in a list of lines arrow keys lead to them, see line-keys.ts. */
  isReachable?: boolean;
}

export function Body({ body, action = false, emotes, links = [], isReachable = false }: BodyProps) {
  return (
    <span class={action ? "line-body line-action" : "line-body"}>
      {pieces(body, emotes, links ?? undefined).map((piece) =>
        "href" in piece ? (
          <a
            href={piece.href}
            target="_blank"
            rel="noopener noreferrer nofollow ugc"
            tabIndex={isReachable ? undefined : -1}
          >
            {piece.text}
          </a>
        ) : "emote" in piece ? (
          <EmotePicture emote={piece.emote} />
        ) : "mention" in piece ? (
          <b class="line-mention">{piece.text}</b>
        ) : (
          piece.text
        ),
      )}
    </span>
  );
}

interface PendingLineProps {
  line: OwnLine;
  /** As their last line has it; null: there is none. */
  author: Author | null;
  name: string;
  emotes: Emotes;
}

/** An own line whose entry has not arrived yet. */
export function PendingLine({ line, author, name, emotes }: PendingLineProps) {
  const { nonce, body, answers, repeats } = line;
  const action = isAction(body);
  return (
    <li class="line line-pending" data-nonce={nonce}>
      {answers ? <QuoteOf quote={{ id: answers.id, user: answers.user, body: answers.body }} /> : null}
      {author ? <Badges roles={author.badges} /> : null}
      {author ? <AuthorName {...author} /> : <span class="line-author">{name}</span>}
      {action ? " " : <span class="line-colon">: </span>}
      <Body body={action ? body.slice(4) : body} action={action} emotes={emotes} />
      {repeats > 0 ? <span class="line-state"> {words.sendingAgain}</span> : null}
    </li>
  );
}
