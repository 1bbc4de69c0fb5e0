import { TriangleAlert } from 'lucide-react';

/** Next to the name of a camera that works, but not as well as it could. */
export function WarningSign({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <span className="warning-sign" title={text}>
      <TriangleAlert aria-hidden="true" />
      <span className="visually-hidden">{text}</span>
    </span>
  );
}
