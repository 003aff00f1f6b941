// On every page: theme, copy buttons, forms that submit when a choice changes.
{
  const root = document.documentElement;
  const themes = ['', 'light', 'dark'];
  const names = { '': 'follows the system', light: 'light', dark: 'dark' };

  const label = (button) => button.setAttribute('aria-label', `Theme: ${names[root.dataset.theme ?? '']}`);

  for (const button of document.querySelectorAll('[data-theme-button]')) {
    button.hidden = false;
    label(button);
    button.addEventListener('click', () => {
      const next = themes[(themes.indexOf(root.dataset.theme ?? '') + 1) % themes.length];
      if (next) root.dataset.theme = next; else delete root.dataset.theme;
      try { localStorage.setItem('theme', next); } catch { /* for this page only */ }
      label(button);
      say(`Theme ${names[next]}`);
    });
  }

  const status = document.getElementById('status');
  const say = (text) => { if (status) { status.textContent = ''; requestAnimationFrame(() => { status.textContent = text; }); } };
  window.registry = { say };

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const text = button.dataset.copy || button.closest('.code')?.querySelector('pre')?.textContent || '';
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    button.classList.add('done');
    say('Copied');
    setTimeout(() => button.classList.remove('done'), 1200);
  });

  document.addEventListener('change', (event) => {
    const form = event.target.closest('form[data-auto]');
    if (form) form.requestSubmit();
  });

  // Filters stand beside the list where there is room, and are folded above it where there is none.
  if (matchMedia('(max-width: 62rem)').matches) for (const fold of document.querySelectorAll('details.fold')) fold.open = false;

  // What others changed since the page was opened.
  const changed = document.getElementById('changed');
  if (changed) {
    const look = async () => {
      if (document.hidden || !changed.hidden) return;
      try {
        const answer = await fetch(changed.dataset.state);
        if (!answer.ok) return;
        const { changes } = await answer.json();
        if (changes === 0) return;
        changed.querySelector('strong').textContent = changes === null ? 'Something changed' : changes === 1 ? '1 change' : `${changes} changes`;
        changed.hidden = false;
      } catch { /* not reachable: what is on the page stays readable */ }
    };
    for (const type of ['focus', 'pageshow']) addEventListener(type, look);
    document.addEventListener('visibilitychange', look);
    setInterval(look, 15000);
  }

  // What takes a while says so.
  document.addEventListener('submit', (event) => {
    const text = event.target.getAttribute('data-busy');
    if (text && event.submitter) { event.submitter.textContent = text; event.submitter.setAttribute('aria-busy', 'true'); }
  });

  // A compare bar that follows the check boxes.
  for (const form of document.querySelectorAll('form[data-compare]')) {
    const bar = form.querySelector('.comparebar');
    if (!bar) continue;
    const text = bar.querySelector('[data-chosen]');
    const button = bar.querySelector('button');
    const update = () => {
      const chosen = [...form.querySelectorAll('input[name=v]:checked')].map((box) => box.value);
      bar.hidden = chosen.length === 0;
      button.disabled = chosen.length < 2 || chosen.length > 4;
      text.textContent = chosen.length === 1 ? `${chosen[0]} chosen: choose another`
        : chosen.length > 4 ? `${chosen.length} chosen: four at most` : `${chosen.join(' and ')} chosen`;
    };
    form.addEventListener('change', update);
    update();
  }
}
