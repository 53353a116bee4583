// A button with which people choose a file: the browser's own has no place for words.

import { useRef } from "preact/hooks";

interface FileButtonProps {
  word: string;
  /** Types and endings that the browser offers. It may give others. */
  accept: string;
  isMultiple?: boolean;
  /** The one thing to do here. Default: true. */
  isPrimary?: boolean;
  disabled?: boolean;
  onChosen(files: FileList | null): void;
}

export function FileButton({
  word,
  accept,
  isMultiple = false,
  isPrimary = true,
  disabled,
  onChosen,
}: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class={isPrimary ? "button primary" : "button"}
        disabled={disabled}
        onClick={() => input.current?.click()}
      >
        {word}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        multiple={isMultiple}
        onChange={(event) => {
          onChosen(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
