/** A bay window: the middle pane faces the street, the side panes look along it. */
export function OrielMark() {
  return (
    <svg className="oriel-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path className="oriel-mark-side" d="M7 3.6v16.8L2.5 17.4V6.6zM17 3.6v16.8l4.5-3V6.6z" />
      <path className="oriel-mark-middle" d="M8.5 3h7v18h-7z" />
    </svg>
  );
}
