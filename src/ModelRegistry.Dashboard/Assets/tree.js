// A level of the tree is fetched when it is opened; figures of a tensor when they are asked for.
{
  // In an export the address opens what the server would have opened.
  const open = `${new URLSearchParams(location.search).get('open')}.`;
  for (const details of document.querySelectorAll('.tree:not([data-tree]) details[data-path]')) if (open.startsWith(`${details.dataset.path}.`)) details.open = true;

  const tree = document.querySelector('[data-tree]');
  if (tree) {
    const load = async (address, target) => {
      const answer = await fetch(address);
      if (!answer.ok) return false;
      const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
      target.replaceWith(...parsed.body.childNodes);
      return true;
    };
    tree.addEventListener('toggle', async (event) => {
      const details = event.target;
      const more = details.open && [...details.children].find((child) => child.matches('a.more'));
      if (!more || !details.dataset.path) return;
      more.textContent = 'Loading…';
      if (!await load(`${tree.dataset.tree}?open=${encodeURIComponent(details.dataset.path)}`, more)) location.href = more.href;
    }, true);
    tree.addEventListener('click', async (event) => {
      const link = event.target.closest('[data-measure]');
      if (!link) return;
      event.preventDefault();
      const details = link.closest('[data-tensor]');
      link.textContent = 'Measuring…';
      const answer = await fetch(link.href);
      const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const found = [...parsed.querySelectorAll('[data-tensor]')].find((row) => row.dataset.tensor === details.dataset.tensor);
      if (found) { details.querySelector('dl').replaceWith(found.querySelector('dl')); window.registry.say('Measured'); } else location.href = link.href;
    });
  }
}
