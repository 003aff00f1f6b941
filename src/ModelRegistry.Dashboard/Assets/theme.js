// Runs before the first paint: the chosen theme, or none for the system's.
try {
  const theme = localStorage.getItem('theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage is off: the system's theme it is.
}
document.documentElement.classList.add('js');
