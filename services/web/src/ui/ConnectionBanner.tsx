import { LoaderCircle } from 'lucide-react';
import { useConnectionState } from './live-page.ts';

/** Says that it is Oriel that cannot be reached, not a camera. Lies over the page, so nothing moves when it comes. */
export function ConnectionBanner() {
  const state = useConnectionState();
  const text =
    state.status === 'lost'
      ? 'Connection to Oriel lost – trying again'
      : state.status === 'refused' && state.message !== SIGNED_OUT
        ? `Oriel refused the connection: ${state.message}`
        : undefined;
  return (
    <div className="banner-place" role="status" aria-live="polite">
      {text !== undefined && (
        <p className="banner">
          <LoaderCircle className="spinning" aria-hidden="true" />
          {text}
        </p>
      )}
    </div>
  );
}

/** What the gateway says to a socket without a session; the page shows how to sign in instead of a banner. */
const SIGNED_OUT = 'unauthorized';
