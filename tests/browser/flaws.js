// What is wrong with how the page looks: a list of texts.
(() => {
  const flaws = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    flaws.push(`the page is ${document.documentElement.scrollWidth} wide of ${width}`);
  }

  // Examples are what is read, so they have room.
  for (const table of document.querySelectorAll('main table:has(td details)')) {
    const whole = table.getBoundingClientRect().width;
    const part = table.querySelector('td:has(details)').getBoundingClientRect().width;
    if (table.checkVisibility() && part > 0 && part < 0.3 * whole) {
      flaws.push(`the examples have ${part} of ${whole}`);
    }
  }

  // Returns the part of a box that is not cut off by the elements around its text.
  const visible = (box, element) => {
    let { left, top, right, bottom } = box;
    for (let it = element; it && it !== document.body; it = it.parentElement) {
      if (getComputedStyle(it).overflow !== 'visible') {
        const around = it.getBoundingClientRect();
        left = Math.max(left, around.left);
        right = Math.min(right, around.right);
        top = Math.max(top, around.top);
        bottom = Math.min(bottom, around.bottom);
      }
    }
    return { left, top, right, bottom, is: right > left && bottom > top };
  };

  // Rows that are not in sight are laid out only now.
  document.querySelectorAll('tr').forEach((row) => (row.style.contentVisibility = 'visible'));

  const texts = [];
  const wide = new Set();
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const text = nodes.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility()) continue;
    if (element.closest('script, style')) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) {
      const part = visible(box, element);
      if (!part.is) continue;
      if (box.right - part.right > 1 || part.left - box.left > 1 || part.right > width) {
        wide.add(text);
      }
      texts.push({ text, element, ...part });
    }
  }

  // What is cut off at a side cannot be read, except for blanks, which hang over the end of a line.
  // What is cut off below is said by an ellipsis.
  for (const text of wide) {
    for (const { index, 0: word } of text.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      for (const box of range.getClientRects()) {
        const part = visible(box, text.parentElement);
        const isCut = box.right - part.right > 1 || part.left - box.left > 1;
        if (part.is && (isCut || part.right > width + 1 || part.left < -1)) {
          flaws.push(`cut off: ${word} in ${text.data.slice(0, 60)}`);
        }
      }
    }
  }

  // Text on text. What stays in sight while the page scrolls is meant to cover.
  const stays = (element) => {
    for (let it = element; it; it = it.parentElement) {
      if (['sticky', 'fixed'].includes(getComputedStyle(it).position)) return true;
    }
    return false;
  };
  texts.sort((a, b) => a.top - b.top);
  texts.forEach((one, at) => {
    for (let next = at + 1; next < texts.length && texts[next].top < one.bottom - 4; next++) {
      const other = texts[next];
      if (other.text === one.text) continue;
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across > 2 && down > 4 && !stays(one.element) && !stays(other.element)) {
        flaws.push(`one on the other: ${one.text.data.slice(0, 60)} | ${other.text.data.slice(0, 60)}`);
      }
    }
  });

  // The contrast of each pair of colors that occurs, as WCAG 2 has it.
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const known = new Map();
  const channels = (color) => {
    if (!known.has(color)) known.set(color, drawn(color));
    return known.get(color);
  };
  const drawn = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (rgb) => {
    const linear = rgb.slice(0, 3).map((it) => it / 255)
      .map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const ground = (element) => {
    for (let it = element; it; it = it.parentElement) {
      const color = getComputedStyle(it).backgroundColor;
      if (channels(color)[3] > 0) return color;
    }
    return 'Canvas';
  };
  const pairs = new Map();
  for (const { element, text } of texts) {
    pairs.set(`${getComputedStyle(element).color} on ${ground(element)}`, text.data.slice(0, 40));
  }
  for (const [pair, text] of pairs) {
    const [light, dark] = pair.split(' on ').map((it) => luminance(channels(it))).sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) flaws.push(`faint: ${pair} is ${contrast.toFixed(2)}: ${text}`);
  }
  return [...new Set(flaws)];
})()
