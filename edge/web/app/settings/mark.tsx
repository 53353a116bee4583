// The mark of a state beside a panel's heading: on or off, confirmed or not.

export const Mark = ({ on, word }: { on: boolean; word: string }) => (
  <span class={on ? "state-mark on" : "state-mark"}>{word}</span>
);
