// Characters that nobody sees and that do something (controls, marks that turn the direction of what follows) are shown
// as marks, wherever on the page a buyer's text stands. What is stored, searched and edited stays as it is: only text
// nodes are looked at, and fields have none.

const NAMES: Record<string, string> = {
  '\u0000': 'NUL',
  '\u0007': 'BEL',
  '\u0008': 'BS',
  '\u001b': 'ESC',
  '\u007f': 'DEL',
  '\u202a': 'LRE',
  '\u202b': 'RLE',
  '\u202c': 'PDF',
  '\u202d': 'LRO',
  '\u202e': 'RLO',
  '\u2066': 'LRI',
  '\u2067': 'RLI',
  '\u2068': 'FSI',
  '\u2069': 'PDI',
};

// eslint-disable-next-line no-control-regex -- these are what is looked for
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** The text with a mark for every hidden character. */
export function marked(text: string): string {
  return text.replace(HIDDEN, (c) => {
    // A carriage return before a line break is how some systems write one.
    if (c === '\r') return '';
    return `⟪${NAMES[c] ?? c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟫`;
  });
}

function mark(node: Node): void {
  if (node instanceof Text) {
    const text = marked(node.data);
    if (text !== node.data) node.data = text;
    return;
  }
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) mark(texts.currentNode);
}

/** Marks what is below an element, now and whenever it changes. */
export function markHidden(root: Element): void {
  mark(root);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'characterData') mark(change.target);
      else change.addedNodes.forEach(mark);
    }
  }).observe(root, { childList: true, characterData: true, subtree: true });
}
