/** Light or dark: as the system says, or as the person chose. */
const KEPT = 'keymantle-theme';

/** @returns {string} `auto`, `light` or `dark` */
export function theme() {
  return localStorage.getItem(KEPT) ?? 'auto';
}

/** @param {string} chosen */
export function setTheme(chosen) {
  localStorage.setItem(KEPT, chosen);
  apply();
}

function apply() {
  document.documentElement.dataset.theme = theme();
}

apply();
