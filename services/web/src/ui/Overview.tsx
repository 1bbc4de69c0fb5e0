import { Cctv, LogIn, SearchX, ServerOff } from 'lucide-react';
import { CameraGrid } from './CameraGrid.tsx';
import { EmptyState } from './EmptyState.tsx';
import { GridSkeleton } from './GridSkeleton.tsx';
import { useDirectory } from './live-page.ts';

interface OverviewProps {
  /** The camera id in the address, if there is no such camera. */
  unknownId: string | undefined;
  cameFrom: string | undefined;
  showsDetails: boolean;
}

/** The grid of cameras, or why there is none. */
export function Overview({ unknownId, cameFrom, showsDetails }: OverviewProps) {
  const { list, feeds } = useDirectory();
  switch (list.status) {
    case 'loading':
      return <GridSkeleton />;
    case 'signed-out':
      return (
        <EmptyState icon={LogIn} title="You are signed out">
          Open the sign-in link that Oriel printed when it was first started, or ask the person who runs it for one.
        </EmptyState>
      );
    case 'failed':
      return (
        <EmptyState icon={ServerOff} title="No answer from Oriel">
          {list.message} Trying again every few seconds.
        </EmptyState>
      );
    case 'ready':
      break;
  }
  if (unknownId !== undefined) {
    return (
      <EmptyState icon={SearchX} title="No such camera">
        There is no camera “{unknownId}”. It may have been removed. <a href="/">Show all cameras</a>
      </EmptyState>
    );
  }
  if (feeds.length === 0) {
    return (
      <EmptyState icon={Cctv} title="No cameras yet">
        Add one to <code>config.toml</code>. It appears here within seconds.
      </EmptyState>
    );
  }
  return <CameraGrid feeds={feeds} showsDetails={showsDetails} cameFrom={cameFrom} />;
}
