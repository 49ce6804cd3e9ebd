// Which phrase another page asked to see.
class PhraseBox {
  wanted = $state<string | null>(null);
}

export const phraseBox = new PhraseBox();
