// Search as you type: the server's rows, 120 ms after the last key; the address follows.
{
  const form = document.querySelector('.find[role=search]');
  const results = document.getElementById('results');
  const input = form?.querySelector('input[name=q]');
  if (results && input && results.dataset.fragment) {
    let timer = 0;
    let running = null;
    const load = async () => {
      running?.abort();
      running = new AbortController();
      const query = new URLSearchParams(location.search);
      query.delete('page');
      const text = input.value.trim();
      if (text) query.set('q', text); else query.delete('q');
      const tail = query.size ? `?${query}` : '';
      try {
        const answer = await fetch(results.dataset.fragment + tail, { signal: running.signal, headers: { Accept: 'text/html' } });
        if (!answer.ok) return;
        const html = await answer.text();
        const parsed = new DOMParser().parseFromString(html, 'text/html');
        results.replaceChildren(...parsed.body.childNodes);
        history.replaceState(null, '', location.pathname + tail);
        window.registry.say(results.querySelector('[role=status]')?.textContent ?? '');
      } catch (error) {
        if (error.name !== 'AbortError') form.submit();
      }
    };
    input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(load, 120); });
  }

  // In an export: one list of all rows, loaded when the first letter is typed.
  if (results && input && results.dataset.index) {
    let rows = null;
    let before = null;
    const ready = () => new Promise((resolve, reject) => {
      if (window.modelRows) { resolve(window.modelRows); return; }
      const script = document.createElement('script');
      script.src = results.dataset.index;
      script.onload = () => resolve(window.modelRows);
      script.onerror = reject;
      document.head.append(script);
    });
    const show = async () => {
      rows ??= await ready();
      before ??= [...results.childNodes];
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      if (!words.length) { results.replaceChildren(...before); return; }
      const found = rows.filter((row) => words.every((word) => word.startsWith('-') && word.length > 1 ? !row.text.includes(word.slice(1)) : row.text.includes(word)));
      const parsed = new DOMParser().parseFromString(`<p class="muted small" role="status"></p><ul class="card">${found.slice(0, 200).map((row) => row.html).join('')}</ul>`, 'text/html');
      parsed.querySelector('p').textContent = found.length === 1 ? '1 model' : `${found.length} models`;
      results.replaceChildren(...parsed.body.childNodes);
      window.registry.say(results.querySelector('[role=status]').textContent);
    };
    let timer = 0;
    input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(show, 120); });
    input.addEventListener('keydown', (event) => { if (event.key === 'Enter') show(); });
    const query = new URLSearchParams(location.search).get('q');
    if (query) { input.value = query; show(); }
  }

  // On another page of an export: the list of models takes the search over.
  if (input && form.dataset.home && !results) {
    input.addEventListener('keydown', (event) => { if (event.key === 'Enter' && input.value.trim()) location.href = `${form.dataset.home}?q=${encodeURIComponent(input.value.trim())}`; });
  }
}
