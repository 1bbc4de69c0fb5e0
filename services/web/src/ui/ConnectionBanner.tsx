import { LoaderCircle } from 'lucide-react';
import { useConnectionState } from './live-page.ts';

/** Says that Oriel, not a camera, cannot be reached. An overlay, so that nothing moves when it appears. */
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

/** The gateway's answer to a socket without a session. The page then shows how to sign in instead of a banner. */
const SIGNED_OUT = 'unauthorized';
