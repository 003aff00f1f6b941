// Keys: / search, j k rows, Enter, x choose, c compare, n new, t try, l layers, [ ] versions, g m, g a, ? help, Esc. Never while typing; can be switched off.
{
  const off = () => { try { return localStorage.getItem('keys') === 'off'; } catch { return false; } };
  const follow = (name) => { const link = document.querySelector(`[data-key="${name}"]`); if (link) link.click(); return Boolean(link); };
  const rows = () => [...document.querySelectorAll('[data-row]')];
  const current = () => rows().findIndex((row) => row.contains(document.activeElement));
  const move = (step) => {
    const list = rows();
    if (!list.length) return false;
    const next = list[Math.min(list.length - 1, Math.max(0, current() + step))] ?? list[0];
    next.querySelector('a')?.focus();
    next.scrollIntoView({ block: 'nearest' });
    return true;
  };
  let pending = '';
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]');
    if (event.key === 'Escape' && typing) { event.target.blur(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') || off()) return;
    const key = pending + event.key;
    pending = '';
    const done = {
      '/': () => { document.querySelector('.find[role=search] input')?.focus(); return true; },
      j: () => move(1),
      k: () => move(-1),
      x: () => { const box = rows()[current()]?.querySelector('input[type=checkbox]'); if (box) box.click(); return Boolean(box); },
      c: () => { const button = document.querySelector('.comparebar button:not(:disabled)'); if (button) button.click(); else return follow('compare'); return true; },
      n: () => follow('new'),
      t: () => follow('try'),
      l: () => follow('layers'),
      '[': () => follow('previous'),
      ']': () => follow('next'),
      g: () => { pending = 'g'; return true; },
      gm: () => follow('models'),
      ga: () => follow('activity'),
      '?': () => { document.getElementById('keys')?.showModal(); return true; },
    }[key]?.();
    if (done) event.preventDefault();
  });

  const dialog = document.getElementById('keys');
  const box = dialog?.querySelector('input[type=checkbox]');
  if (box) {
    box.checked = !off();
    box.addEventListener('change', () => { try { localStorage.setItem('keys', box.checked ? 'on' : 'off'); } catch { /* for this page only */ } });
    document.querySelector('[data-keys]')?.addEventListener('click', (event) => { event.preventDefault(); dialog.showModal(); });
    dialog.querySelector('button')?.addEventListener('click', () => dialog.close());
  }
}
