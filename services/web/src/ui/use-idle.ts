import { useEffect, useState } from 'react';

/**
 * Whether nobody has touched pointer or keyboard for a while: a wall monitor should show no cursor over its pictures.
 */
export function useIdle(afterMs: number): boolean {
  const [isIdle, setIsIdle] = useState(false);
  useEffect(() => {
    let timer = setTimeout(() => setIsIdle(true), afterMs);
    const onActivity = () => {
      setIsIdle(false);
      clearTimeout(timer);
      timer = setTimeout(() => setIsIdle(true), afterMs);
    };
    for (const type of ACTIVITY) window.addEventListener(type, onActivity, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const type of ACTIVITY) window.removeEventListener(type, onActivity);
    };
  }, [afterMs]);
  return isIdle;
}

const ACTIVITY = ['pointermove', 'pointerdown', 'keydown', 'touchstart'];
