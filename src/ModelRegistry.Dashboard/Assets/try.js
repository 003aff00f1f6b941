// Trying a model: samples, files, drops, pastes and drawings run as soon as they are there. The browser decodes; the server prepares.
{
  const form = document.querySelector('form[data-try]');
  const result = document.getElementById('result');
  if (form && result) {
    const largest = 4096;
    let running = null;
    let last = null;
    const drawing = 'drawing.png';
    const before = [...result.childNodes].map((node) => node.cloneNode(true));

    const show = (data, name) => {
      last = { data, name };
      return run((body) => { if (typeof data === 'string') body.append(name, data); else body.append('input', data, name); });
    };

    const run = async (fill) => {
      running?.abort();
      const mine = running = new AbortController();
      const body = new FormData();
      body.append('form', form.elements.form.value);
      fill(body);
      result.setAttribute('aria-busy', 'true');
      try {
        const answer = await fetch(form.dataset.try, { method: 'POST', body, signal: mine.signal });
        const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
        result.replaceChildren(...parsed.body.childNodes);
        if (innerWidth < 992) result.scrollIntoView({ block: 'start' });
        await others(mine.signal);
      } catch (error) {
        if (error.name !== 'AbortError') tell('The dashboard cannot be reached. Your input is kept: run it again when the dashboard is back.');
      } finally {
        // One that was overtaken leaves the state to the one that runs.
        if (running === mine) result.setAttribute('aria-busy', 'false');
      }
    };

    const tell = (text) => {
      const note = document.createElement('p');
      note.className = 'note bad';
      note.setAttribute('role', 'alert');
      note.textContent = text;
      result.replaceChildren(note);
    };

    // What the other versions say comes after the answer itself.
    const others = async (signal) => {
      const link = result.querySelector('[data-others]');
      if (!link) return;
      const asked = link.textContent;
      link.textContent = 'Asking…';
      const answer = await fetch(link.dataset.others, { signal });
      if (!answer.ok) { link.textContent = asked; return; }
      const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const found = parsed.getElementById('others');
      if (found) result.querySelector('#others')?.replaceWith(found);
    };

    // The boundary between two images, or the opacity of one over the other.
    result.addEventListener('input', (event) => event.target.closest('[data-mix]')?.style.setProperty('--mix', `${event.target.value}%`));

    const toPng = async (file) => {
      const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image', premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
      const scale = Math.min(1, largest / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement('canvas');
      canvas.width = Math.max(1, Math.round(bitmap.width * scale));
      canvas.height = Math.max(1, Math.round(bitmap.height * scale));
      canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
      return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
    };

    // What the server reads goes as it is, so that the same file gives the same numbers everywhere. Null where the browser cannot read it.
    const prepared = async (file) => {
      if (file.size > 20e6) { tell('The file is larger than 20 MB.'); return null; }
      if (/\.(npy|pgm|ppm|png|json)$/i.test(file.name) || file.type === 'image/png') return { data: file, name: file.name || 'image.png' };
      try {
        return { data: await toPng(file), name: `${(file.name || 'image').replace(/\.[^.]*$/, '')}.png` };
      } catch {
        tell('The browser cannot read this image. Try a PNG or a JPEG.');
        return null;
      }
    };

    const take = async (file) => {
      for (const button of form.querySelectorAll('.samples button')) button.setAttribute('aria-pressed', 'false');
      const ready = await prepared(file);
      if (ready) await show(ready.data, ready.name);
    };

    form.addEventListener('click', (event) => {
      const button = event.target.closest('button[name=sample], button[name=file]');
      if (!button) return;
      event.preventDefault();
      for (const other of form.querySelectorAll('.samples button')) other.setAttribute('aria-pressed', String(other === button));
      show(button.value, button.name);
    });
    for (const type of ['dragenter', 'dragover', 'dragleave', 'drop']) document.addEventListener(type, (event) => event.preventDefault());

    // Several inputs, or one that is no image: each panel has a file or numbers, and it runs when all have.
    const panels = [...form.querySelectorAll('[data-panel]')];
    const several = () => {
      const given = panels.map(() => null);
      const numbers = panels.map((panel) => panel.querySelector('textarea'));
      const told = panels.map((panel) => panel.querySelector('[data-given]'));
      let timer = 0;
      const go = () => {
        clearTimeout(timer);
        if (panels.some((_, i) => !given[i] && !numbers[i].value.trim() && !told[i].textContent)) return false;
        run((body) => panels.forEach((_, i) => {
          body.append(`numbers-${i}`, given[i] ? '' : numbers[i].value);
          if (given[i]) body.append(`input-${i}`, given[i].data, given[i].name);
          if (i === 0 && form.elements.kept) body.append('kept', form.elements.kept.value);
        }));
        return true;
      };
      const put = async (i, file) => {
        const ready = await prepared(file);
        if (!ready) return;
        given[i] = ready;
        told[i].textContent = ready.name;
        numbers[i].value = '';
        go();
      };
      panels.forEach((panel, i) => {
        const input = panel.querySelector('input[type=file]');
        input.addEventListener('change', () => { if (input.files[0]) put(i, input.files[0]); });
        numbers[i].addEventListener('input', () => { given[i] = null; told[i].textContent = ''; input.value = ''; clearTimeout(timer); timer = setTimeout(go, 600); });
        for (const type of ['dragenter', 'dragover']) panel.addEventListener(type, () => panel.querySelector('[data-drop]').classList.add('over'));
        for (const type of ['dragleave', 'drop']) panel.addEventListener(type, () => panel.querySelector('[data-drop]').classList.remove('over'));
        panel.addEventListener('drop', (event) => { const file = event.dataTransfer?.files[0]; if (file) put(i, file); });
      });
      document.addEventListener('paste', (event) => {
        const file = event.clipboardData?.files[0];
        const free = panels.findIndex((_, i) => !given[i] && !numbers[i].value.trim());
        if (file) put(Math.max(0, free), file);
      });
      form.addEventListener('submit', (event) => { event.preventDefault(); if (!go()) window.registry.say('Give every input a file or numbers'); });
    };

    const one = () => {
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        const file = form.elements.input.files[0];
        if (last) show(last.data, last.name); else if (file) take(file); else window.registry.say('Choose a sample, an image, or draw');
      });
      form.elements.input.addEventListener('change', () => { const file = form.elements.input.files[0]; if (file) take(file); });
      form.addEventListener('drawn', (event) => {
        // What was said of a drawing goes with it.
        if (!event.detail) { if (last?.name === drawing) { running?.abort(); last = null; result.setAttribute('aria-busy', 'false'); result.replaceChildren(...before.map((node) => node.cloneNode(true))); } return; }
        for (const button of form.querySelectorAll('.samples button')) button.setAttribute('aria-pressed', 'false'); show(event.detail, drawing);
      });

      const drop = form.querySelector('[data-drop]');
      for (const type of ['dragenter', 'dragover']) document.addEventListener(type, () => drop.classList.add('over'));
      for (const type of ['dragleave', 'drop']) document.addEventListener(type, () => drop.classList.remove('over'));
      document.addEventListener('drop', (event) => { const file = event.dataTransfer?.files[0]; if (file) take(file); });
      document.addEventListener('paste', (event) => { const file = event.clipboardData?.files[0]; if (file) take(file); });
    };
    if (panels.length) several(); else one();
  }
}
