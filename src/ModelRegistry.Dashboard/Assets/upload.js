// The page of a new version: saves itself, uploads in parts, goes on after a broken connection, shows rate and time left.
{
  const form = document.querySelector('form[data-draft], form[action$="/drafts"]');
  if (form) {
    const part = 8 << 20;
    // A field is called dataset, and hides the form's own.
    const root = form.getAttribute('data-root').replace(/\/$/, '');
    let draft = form.getAttribute('data-draft') || null;
    let busy = 0;
    let timer = 0;

    const size = (bytes) => bytes < 1000 ? `${bytes} B` : ['kB', 'MB', 'GB', 'TB'].reduce(([text, value], unit) => value >= 999.5 ? [`${(value / 1000).toPrecision(3)} ${unit}`, value / 1000] : [text, value], ['', bytes])[0];
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

    const take = (html, ids) => {
      const parsed = new DOMParser().parseFromString(html, 'text/html');
      for (const id of ids) {
        const found = parsed.getElementById(id);
        if (found && document.getElementById(id)) document.getElementById(id).replaceChildren(...found.childNodes);
      }
      const bumps = parsed.querySelectorAll('.bump');
      document.querySelectorAll('.bump').forEach((bump, i) => { bump.querySelector('.to').textContent = bumps[i].querySelector('.to').textContent; bump.querySelector('span:last-child').textContent = bumps[i].querySelector('span:last-child').textContent; });
      const changes = parsed.querySelectorAll('.mrow > span');
      document.querySelectorAll('.mrow > span').forEach((span, i) => { if (changes[i]) { span.textContent = changes[i].textContent; span.className = changes[i].className; } });
    };

    // Everything but the files: those go in parts.
    const save = async (action, parts = ['summary', 'checks', 'files', 'json-state']) => {
      const body = new FormData(form);
      body.delete('files');
      body.set('do', action ?? 'save');
      const answer = await fetch(draft ? `${root}/drafts/${draft}` : `${root}/drafts`, { method: 'POST', body });
      const found = answer.url.match(/\/drafts\/([0-9a-f]+)/);
      if (found && !draft) { draft = found[1]; form.action = `${root}/drafts/${draft}`; history.replaceState(null, '', form.action); }
      take(await answer.text(), parts);
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(() => { if (!busy) save().catch(() => window.registry.say('Not saved: the dashboard cannot be reached')); }, 500); };
    form.addEventListener('input', (event) => { if (event.target.type !== 'file') later(); });

    // Fields or JSON: the server reads the one and writes the other, so that both say the same.
    form.addEventListener('click', async (event) => {
      const button = event.target.closest('.seg button[name=do]');
      if (!button) return;
      event.preventDefault();
      clearTimeout(timer);
      busy++;
      try {
        await save(button.value, ['summary', 'checks', 'metadata']);
        form.querySelector('#metadata .seg [aria-current]').focus();
        window.registry.say(form.elements.json ? 'Metadata as JSON' : 'Metadata as fields');
      } catch {
        window.registry.say('Not switched: the dashboard cannot be reached');
      } finally {
        busy--;
      }
    });
    // The last row of metrics is for one more.
    form.addEventListener('input', (event) => {
      const row = event.target.closest('.mrow');
      if (event.target.name !== 'metric-name' || row.nextElementSibling) return;
      const next = row.cloneNode(true);
      const number = row.parentElement.children.length + 1;
      for (const input of next.querySelectorAll('input')) { input.value = ''; input.setAttribute('aria-label', input.name === 'metric-name' ? `Metric ${number}` : `Value of metric ${number}`); }
      next.querySelector('span').textContent = '';
      row.after(next);
    });

    const row = (file) => {
      const line = document.createElement('div');
      line.className = 'upl';
      line.innerHTML = '<span></span><div><div class="between"><span class="mono strong"></span><span class="xs muted num"></span></div><progress class="meter" max="1" value="0"></progress></div><span></span><button class="btn quiet small" type="button">Cancel</button>';
      line.querySelector('.strong').textContent = file.name;
      document.getElementById('files').append(line);
      return { line, text: line.querySelector('.num'), meter: line.querySelector('progress'), cancel: line.querySelector('button') };
    };

    const upload = async (file) => {
      const view = row(file);
      let stopped = false;
      let address = null;
      const abort = new AbortController();
      view.cancel.addEventListener('click', () => { stopped = true; abort.abort(); if (address) fetch(address, { method: 'DELETE' }); view.line.remove(); });
      const start = await fetch(`${root}/api/v1/uploads`, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify({ draft, name: file.name, size: file.size }) });
      const told = await start.json();
      if (!start.ok) { view.text.textContent = `${told.code}: ${told.detail}`; view.text.classList.add('bad'); return; }
      address = `${root}/api/v1/uploads/${told.id}`;
      let offset = told.offset;
      let failures = 0;
      const began = performance.now();
      const first = offset;
      while (!stopped && offset < file.size) {
        try {
          const answer = await fetch(address, { method: 'PATCH', headers: { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream', Accept: 'application/json' }, body: file.slice(offset, offset + part), signal: abort.signal });
          if (answer.ok) { offset = Number(answer.headers.get('Upload-Offset')); failures = 0; }
          else if (answer.status === 429) await pause(1000);
          else if (answer.status >= 500 || answer.status === 409) throw new Error('again');
          else { const problem = await answer.json(); view.text.textContent = `${problem.code}: ${problem.detail}`; view.text.classList.add('bad'); return; }
        } catch (error) {
          if (stopped) return;
          if (++failures > 60) { view.text.textContent = 'The connection broke. Choose the file again to go on where it stopped.'; view.text.classList.add('bad'); return; }
          view.text.textContent = 'The connection broke: trying again…';
          await pause(Math.min(5000, 250 * failures));
          try { const asked = await fetch(address, { method: 'HEAD' }); if (asked.ok) offset = Number(asked.headers.get('Upload-Offset')); else if (asked.status === 404) { view.text.textContent = 'The dashboard was started again: choose the file once more.'; return; } } catch { /* still away */ }
          continue;
        }
        const rate = (offset - first) / Math.max(1, performance.now() - began) * 1000;
        view.meter.value = offset / file.size;
        view.text.textContent = `${Math.floor(offset / file.size * 100)} % · ${size(offset)} of ${size(file.size)} · ${size(Math.round(rate))}/s · ${Math.ceil((file.size - offset) / Math.max(1, rate))} s left`;
      }
    };

    const all = async (files) => {
      if (!files.length) return;
      busy++;
      try {
        if (!draft) await save();
        for (const file of files) await upload(file);
        window.registry.say('Uploaded');
        await save();
        if (document.querySelector('#files .upl')) await save('check');
      } finally {
        busy--;
      }
    };

    const input = form.elements.files;
    input.addEventListener('change', () => { const files = [...input.files]; input.value = ''; all(files); });
    const drop = form.querySelector('[data-drop]');
    for (const type of ['dragenter', 'dragover']) document.addEventListener(type, (event) => { event.preventDefault(); drop.classList.add('over'); });
    for (const type of ['dragleave', 'drop']) document.addEventListener(type, (event) => { event.preventDefault(); drop.classList.remove('over'); });
    document.addEventListener('drop', (event) => all([...event.dataTransfer.files]));
    form.addEventListener('submit', (event) => {
      clearTimeout(timer);
      if (event.submitter?.value === 'register') { event.submitter.textContent = 'Registering…'; }
    });
  }
}
