/** Placeholder for the tiles until the list of cameras is known. */
export function GridSkeleton() {
  return (
    <main className="grid-area" aria-busy="true" aria-label="Loading the cameras">
      <div className="skeleton" />
    </main>
  );
}
