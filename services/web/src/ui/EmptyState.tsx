import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** A page without pictures: why, and what to do about it. */
export function EmptyState({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children: ReactNode }) {
  return (
    <main className="empty">
      <Icon className="empty-icon" aria-hidden="true" />
      <h1>{title}</h1>
      <p>{children}</p>
    </main>
  );
}
