import { useEffect } from 'react';

/**
 * Calls the function of the pressed key (`KeyboardEvent.key`, letters in lower case), wherever the focus is. A modifier
 * or a text field takes precedence.
 */
export function useShortcuts(shortcuts: ReadonlyMap<string, (() => void) | undefined>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      const action = shortcuts.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [shortcuts]);
}
