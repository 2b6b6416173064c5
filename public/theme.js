// Applies the chosen theme before the first paint; without a choice the system's preference holds.
try {
  const theme = localStorage.getItem("tandem.theme");
  if (theme === "dark" || theme === "light") document.documentElement.setAttribute("data-theme", theme);
} catch (_error) {
  // Storage may be forbidden: then the system's preference holds.
}
