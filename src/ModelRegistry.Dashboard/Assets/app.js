// On every page: theme, copy buttons, forms that submit when a choice changes. What only works with a script is made here.
{
  const root = document.documentElement;
  const add = (parent, html) => { parent.insertAdjacentHTML('beforeend', html); return parent.lastElementChild; };
  const icon = (drawing) => `<svg class="i" viewBox="0 0 16 16" aria-hidden="true">${drawing}</svg>`;
  const themes = ['', 'light', 'dark'];
  const names = { '': 'follows the system', light: 'light', dark: 'dark' };

  const label = (button) => button.setAttribute('aria-label', `Theme: ${names[root.dataset.theme ?? '']}`);

  const theme = add(document.querySelector('.nav'), `<button class="btn quiet icon" type="button">${icon('<path d="M13.3 9.8A5.8 5.8 0 0 1 6.2 2.7 5.8 5.8 0 1 0 13.3 9.8z"/>')}</button>`);
  label(theme);
  theme.addEventListener('click', () => {
    const next = themes[(themes.indexOf(root.dataset.theme ?? '') + 1) % themes.length];
    if (next) root.dataset.theme = next; else delete root.dataset.theme;
    try { localStorage.setItem('theme', next); } catch { /* for this page only */ }
    label(theme);
    say(`Theme ${names[next]}`);
  });

  const status = add(document.body, '<div class="vh" role="status" aria-live="polite"></div>');
  const say = (text) => { status.textContent = ''; requestAnimationFrame(() => { status.textContent = text; }); };
  window.registry = { say };

  // A button to copy for each text that says what it is, on the page and on what other scripts put there.
  const copied = icon('<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5"/>');
  const dress = () => {
    for (const text of document.querySelectorAll('[data-copy]:not(:has(> button))')) {
      add(text, `<button class="btn small icon${text.matches('.code') ? '' : ' quiet'}" type="button">${copied}</button>`).setAttribute('aria-label', `Copy ${text.dataset.copy}`);
    }
  };
  dress();
  new MutationObserver(dress).observe(document.getElementById('main'), { childList: true, subtree: true });

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy] > button');
    if (!button) return;
    const { text = button.parentElement.querySelector('pre').textContent } = button.parentElement.dataset;
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

  // A form is sent when the dashboard answers; until then it stays as it is. What runs a model asks by itself.
  let sent = null;
  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (form.method !== 'post' || form.matches('[data-try]')) return;
    if (sent === form) { sent = null; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.asking) return;
    form.dataset.asking = '1';
    form.previousElementSibling?.matches('[data-away]') && form.previousElementSibling.remove();
    try {
      await fetch(document.querySelector('link[rel=stylesheet]').href, { method: 'HEAD', cache: 'no-store' });
      sent = form;
      form.requestSubmit(event.submitter);
    } catch {
      form.insertAdjacentHTML('beforebegin', '<p class="note bad gap-b" role="alert" data-away>The dashboard cannot be reached. What you wrote is kept: send it again when the dashboard is back.</p>');
      form.previousElementSibling.scrollIntoView({ block: 'nearest' });
    } finally {
      delete form.dataset.asking;
    }
  }, true);

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
