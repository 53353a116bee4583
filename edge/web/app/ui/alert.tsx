// An error notice. Its element is always rendered, so that screen readers announce the text when it appears.

export const Alert = ({ text }: { text: string | null }) => (
  <div role="alert">{text ? <p class="notice bad">{text}</p> : null}</div>
);
