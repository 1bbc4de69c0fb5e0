import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openLivePage } from './open-live-page.ts';
import './styles/index.css';
import { App } from './ui/App.tsx';
import { LivePageContext } from './ui/live-page.ts';

const root = document.getElementById('root');
if (!root) throw new TypeError('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <LivePageContext value={openLivePage()}>
      <App />
    </LivePageContext>
  </StrictMode>,
);
