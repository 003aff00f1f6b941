// Exchanges the token of the address's fragment for a cookie. The fragment is never sent to a server.
{
  const token = location.hash.slice(1);
  const status = document.getElementById('status');
  history.replaceState(null, '', location.pathname);
  const answer = await fetch(location.pathname, { method: 'POST', body: new URLSearchParams({ token }) });
  if (answer.ok) location.replace(location.pathname.replace(/session$/, ''));
  else status.textContent = answer.status === 429 ? 'Too many wrong tokens. Wait a minute.' : 'That is not the token. Use the link that was printed.';
}
