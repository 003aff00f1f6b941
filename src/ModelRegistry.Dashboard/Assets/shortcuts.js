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
  const keys = [
    ['/', 'search'], ['j k', 'next, previous row'], ['Enter', 'open'], ['x', 'choose the row'], ['c', 'compare what is chosen'], ['n', 'new version'], ['t', 'try it'],
    ['l', 'layers'], ['[ ]', 'older, newer version'], ['g m', 'models'], ['g a', 'activity'], ['?', 'this list'], ['Esc', 'leave a field, close this'],
  ];
  // Made when it is first asked for: without a script there are no keys to tell of.
  const list = () => {
    let dialog = document.getElementById('keys');
    if (!dialog) {
      dialog = document.createElement('dialog');
      dialog.id = 'keys';
      dialog.className = 'dialog';
      dialog.setAttribute('aria-labelledby', 'keys-title');
      const lines = keys.map(([names, text]) => `<dt>${names.split(' ').map((name) => `<kbd>${name}</kbd>`).join(' ')}</dt><dd>${text}</dd>`);
      dialog.innerHTML = `<div class="between"><h2 id="keys-title">Keyboard shortcuts</h2><button class="btn small" type="button">Close</button></div><dl class="keys">${lines.join('')}</dl><label class="line small"><input class="check" type="checkbox"> Shortcuts are on</label>`;
      const box = dialog.querySelector('input');
      box.checked = !off();
      box.addEventListener('change', () => { try { localStorage.setItem('keys', box.checked ? 'on' : 'off'); } catch { /* for this page only */ } });
      dialog.querySelector('button').addEventListener('click', () => dialog.close());
      document.body.append(dialog);
    }
    dialog.showModal();
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
      '?': () => { list(); return true; },
    }[key]?.();
    if (done) event.preventDefault();
  });

  document.querySelector('.foot > div').insertAdjacentHTML('beforeend', '<span><button type="button" data-keys><kbd>?</kbd> keyboard shortcuts</button></span>');
  document.querySelector('[data-keys]').addEventListener('click', list);
}
