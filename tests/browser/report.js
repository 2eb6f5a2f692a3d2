// What a report shows, read from the page as a reader of it would. Each text is escaped so that it
// gives back the bytes: as the page has them in <i>, and a backslash is two.
(() => {
  const exact = (node) => {
    if (node.nodeName === '#text') return node.data.replaceAll('\\', '\\\\');
    if (node.nodeName === 'I') return node.textContent;
    // What the page says by itself, such as that a line is empty.
    if (node.nodeName === 'EM') return '';
    return [...node.childNodes].map(exact).join('');
  };
  const row = (row) => {
    const pattern = row.querySelector('dd.p');
    return {
      section: row.closest('section').id,
      count: Number(row.dataset.count),
      first: Number(row.dataset.first),
      last: Number(row.dataset.last),
      example: exact(row.querySelector('summary code')),
      pattern: pattern && exact(pattern),
      is_cut: Boolean(pattern?.querySelector('em')?.textContent.startsWith('…')),
      data: { ...row.dataset },
    };
  };
  return [...document.querySelectorAll('main tr[data-count]')]
    .filter((row) => row.checkVisibility())
    .map(row);
})()
