// One chat line. Its text is only ever rendered as text; a link shows its own address.

import { Component } from "preact";
import type { LineEntry } from "#schema/api/chat.ts";
import { openLineMenu } from "../people/line-menu.tsx";
import { readable } from "../ui/contrast.ts";
import { MoreIcon } from "../ui/icons.tsx";
import { once } from "../ui/once.ts";
import { theme } from "../ui/theme.ts";
import type { OwnLine } from "./outbox.ts";
import { isAction } from "./outbox.ts";
import { mentions, pieces } from "./text.ts";

interface LineProps {
  line: LineEntry;
  ownLogin: string | null;
}

const clock = once(() => new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }));

/** A class for `shouldComponentUpdate`: up to 300 rows are compared by identity at each frame. */
export class Line extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps) {
    return next.line !== this.props.line || next.ownLogin !== this.props.ownLogin;
  }

  override render({ line, ownLogin }: LineProps) {
    const mentionsMe = ownLogin !== null && line.user.login !== ownLogin && mentions(line.body, ownLogin);
    return (
      <li
        class={`line${mentionsMe ? " line-mentions-me" : ""}`}
        data-seq={line.seq}
        data-id={line.id}
        title={clock().format(new Date(line.at))}
      >
        <Author {...line.user} />
        {line.action ? " " : <span class="line-colon">: </span>}
        {line.deleted ? (
          <em class="muted">message deleted</em>
        ) : (
          <Body body={line.body} action={line.action === true} />
        )}
        {ownLogin !== null && line.user.login !== ownLogin && !line.deleted ? (
          <button
            type="button"
            class="line-more"
            tabIndex={-1}
            aria-haspopup="menu"
            aria-label={`${line.user.displayName}: ${line.body}. Actions`}
            onClick={(event) => openLineMenu(line, event.currentTarget)}
          >
            <MoreIcon size="text" />
          </button>
        ) : null}
      </li>
    );
  }
}

function Author({ login, displayName, color }: { login: string; displayName: string; color: string }) {
  return (
    <span class="line-author" style={{ color: readable(color, theme.value.background) }}>
      {displayName}
      {displayName.toLowerCase() === login ? null : <span class="line-login"> ({login})</span>}
    </span>
  );
}

function Body({ body, action = false }: { body: string; action?: boolean }) {
  return (
    <span class={action ? "line-body line-action" : "line-body"}>
      {pieces(body).map((piece) =>
        "href" in piece ? (
          <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow ugc">
            {piece.text}
          </a>
        ) : "mention" in piece ? (
          <b class="line-mention">{piece.text}</b>
        ) : (
          piece.text
        ),
      )}
    </span>
  );
}

/** An own line whose entry has not arrived yet. */
export function PendingLine({ line, name }: { line: OwnLine; name: string }) {
  const action = isAction(line.body);
  return (
    <li class="line line-pending" data-nonce={line.nonce}>
      <span class="line-author">{name}</span>
      {action ? " " : <span class="line-colon">: </span>}
      <Body body={action ? line.body.slice(4) : line.body} action={action} />
      {line.repeats > 0 ? <span class="line-state"> sending again…</span> : null}
    </li>
  );
}
