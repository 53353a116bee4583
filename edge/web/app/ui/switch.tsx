// A switch: what it says is done at once. A checkbox is for a form that is saved.

interface SwitchProps {
  name: string;
  label: string;
  /** What it does. Default: the label says it all. */
  hint?: string | undefined;
  on: boolean;
  /** While the last change is on its way. Default false. */
  disabled?: boolean;
  onChange(on: boolean): void;
}

export const Switch = ({ name, label, hint, on, disabled = false, onChange }: SwitchProps) => (
  <div class="switch">
    <button
      id={name}
      type="button"
      role="switch"
      aria-checked={on}
      aria-describedby={hint ? `${name}-hint` : undefined}
      disabled={disabled}
      onClick={() => onChange(!on)}
    />
    <div>
      <label for={name}>{label}</label>
      {hint ? (
        <p class="field-hint" id={`${name}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  </div>
);
