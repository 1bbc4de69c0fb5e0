export function Reading({ label, value, isLate = false }: { label: string; value: string; isLate?: boolean }) {
  return (
    <div className="reading" data-late={isLate || undefined}>
      <span className="reading-value">{value}</span>
      <span className="reading-label">{label}</span>
    </div>
  );
}
