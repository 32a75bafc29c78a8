// What only the browser knows: how wide the window is. On a phone the figures are drawn otherwise, which Python is told;
// on a narrow screen the list of pages is folded away until somebody asks for it, and goes again when a page is chosen.
export default function ({ setStateValue }) {
  const phone = matchMedia("(max-width: 640px)");
  const narrow = matchMedia("(max-width: 1100px)");
  const tell = () => setStateValue("phone", phone.matches);
  const press = (folded) => {
    const bar = document.querySelector('[data-testid="stSidebar"]');
    if (bar?.dataset.collapsed !== String(!folded)) return;
    const button = folded ? "stSidebarCollapseButton" : "stExpandSidebarButton";
    document.querySelector(`[data-testid="${button}"]:is(button), [data-testid="${button}"] button`)?.click();
  };
  const fold = () => press(narrow.matches);
  const chosen = (event) => {
    if (narrow.matches && event.target.closest?.('[data-testid="stSidebar"] a')) press(true);
  };
  // A page drawn anew asks again: what somebody has unfolded since stays.
  if (window.foldedFor !== narrow.matches) fold();
  window.foldedFor = narrow.matches;
  const changed = () => { window.foldedFor = narrow.matches; fold(); };
  if (phone.matches) tell();
  phone.addEventListener("change", tell);
  narrow.addEventListener("change", changed);
  document.addEventListener("click", chosen);
  return () => {
    phone.removeEventListener("change", tell);
    narrow.removeEventListener("change", changed);
    document.removeEventListener("click", chosen);
  };
}
