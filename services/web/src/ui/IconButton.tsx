import type { LucideIcon } from 'lucide-react';

interface IconButtonProps {
  icon: LucideIcon;
  label: string;
  /** Keyboard shortcut, shown in the tooltip. */
  shortcut?: string;
  isPressed?: boolean;
  isDisabled?: boolean;
  onClick: () => void;
}

export function IconButton({ icon: Icon, label, shortcut, isPressed, isDisabled, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      aria-pressed={isPressed}
      disabled={isDisabled}
      title={shortcut === undefined ? label : `${label} (${shortcut})`}
      onClick={onClick}
    >
      <Icon aria-hidden="true" />
    </button>
  );
}
