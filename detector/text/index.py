"""All the marks of a registry, found in any text: openly, disguised or misspelt."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Self

from detector.brand import Brand
from detector.result import Span
from detector.text import lexicon
from detector.text.disguise import disguise
from detector.text.folding import Reading, fold
from detector.text.mention import Likeness, Mention
from detector.text.names import names_of
from detector.text.phrases import APOSTROPHES, Phrases
from detector.text.quiet import Quiet
from detector.text.sound import Sounds
from detector.text.tight import TightNames
from detector.text.tokens import Token, owners_of, tokens_of
from detector.text.wording import ALIKE, Hit, Words

_LONGEST = 60
_MOST_PIECES = 16
_SHORT, _KEPT = 80, 20_000
"""Characters of a text that is kept with its marks, and how many texts: in a catalogue brands, categories and
attributes come again and again."""

_MISSPELT = frozenset({Likeness.MISSPELLING, Likeness.SOUNDS_ALIKE})
_BESIDE_A_NAME = 0.88
"""How sure a misspelling has to be after the open name of another maker."""

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_GREEK_OR_CYRILLIC = re.compile(r"[\u0370-\u052f]")


class MarkIndex:
    """Finds the names of a whole registry in a text. Build it once; `find` may be called from one thread."""

    def __init__(self, words: Words, tight: TightNames, phrases: Phrases, sounds: Sounds) -> None:
        """All of them of the same names."""
        self._words, self._exact = words, words.exact
        self._tight, self._phrases, self._sounds = tight, phrases, sounds
        self._find_again = lru_cache(_KEPT)(self._find)

    @classmethod
    def build(cls, brands: Iterable[Brand], genuine: frozenset[str] | None = None) -> Self:
        """Index every name, alias and mark of the brands.

        `genuine` are folded words of other genuine names, which imitate nobody; by default those that ship.
        """
        names, genuine = list(names_of(brands)), lexicon.genuine_words() if genuine is None else genuine
        return cls(Words(names, genuine), TightNames(names), Phrases(names, genuine), Sounds(names))

    def changed(self, gone: Iterable[Brand], come: Iterable[Brand]) -> Self:
        """The index of another registry, which differs by a few brands; this one stays what it is.

        `gone` are those that aren't in it, as they were indexed, and `come` those that weren't in this one: a
        brand that changed is in both. What it finds is what the whole index of that registry would.
        """
        left, fresh = list(names_of(gone)), list(names_of(come))
        return type(self)(
            self._words.changed(left, fresh),
            self._tight.changed(left, fresh),
            self._phrases.changed(left, fresh),
            self._sounds.changed(left, fresh),
        )

    def quiet(self) -> Quiet:
        """What tells most texts without a mark faster than `find`: worth it where few names are sought."""
        return Quiet(self._words, self._phrases)

    def find(self, text: str) -> list[Mention]:
        """Every mark in the text, in the order in which they stand; where two overlap, the surer one.

        Several brands that answer to the same name are all reported, on the same span.
        """
        return list(self._find_again(text) if len(text) <= _SHORT else self._find(text))

    def _find(self, text: str) -> list[Mention]:
        folded = fold(text)
        found = list(self._read(text, folded.plain, edits=True))
        if folded.look:
            found.extend(m for m in self._read(text, folded.look, edits=True) if _is_disguised(m))
        if not folded.plain.text.isascii():
            found.extend(self._heard(text, folded.plain))
        if folded.leet:
            found.extend(self._read(text, folded.leet, edits=False))
        return _surest(found) if found else found

    def _read(self, text: str, reading: Reading, edits: bool) -> Iterator[Mention]:
        tokens = tokens_of(reading.text)
        named = bool(tokens) and self._is_a_maker(tokens[0][0])
        runs, going_on = self._going_on(reading.text, tokens)
        known, meant = self._words.known, self._phrases.meant
        for at, (word, start, end) in enumerate(tokens):
            opening = at == 0 or (at == 1 and lexicon.is_ordinary(tokens[0][0]))
            for hit in known[word]:
                if hit.opening and not opening:
                    continue
                if hit.likeness in _MISSPELT and (not edits or (named and at and hit.score < _BESIDE_A_NAME)):
                    continue
                yield _mention(text, reading, start, end, hit)
            if opening and edits:
                for hit in self._words.far[word]:
                    yield _mention(text, reading, start, end, hit)
            if at in going_on:
                for last, hit in self._windows(reading.text, tokens, at, runs[at]):
                    yield _mention(text, reading, start, tokens[last][2], hit)
            if meant[word]:
                for first, last, hit in self._phrases.beside(tokens, at):
                    yield _mention(text, reading, tokens[first][1], tokens[last][2], hit)
        yield from self._owned(text, reading, tokens)
        if not reading.text.isascii():
            for start, end, hit in self._tight.find(reading.text, tokens):
                yield _mention(text, reading, start, end, hit)

    def _owned(self, text: str, reading: Reading, tokens: Sequence[Token]) -> Iterator[Mention]:
        """Names of several words of which one says whose: Victoria's Secret."""
        if any(sign in reading.text for sign in APOSTROPHES):
            whole = owners_of(reading.text, tokens)
            for at in range(len(whole)):
                for first, last, hit in self._phrases.beside(whole, at):
                    yield _mention(text, reading, whole[first][1], whole[last][2], hit)

    def _is_a_maker(self, word: str) -> bool:
        """Whether a word names somebody else openly: what follows is likelier a model of theirs than an
        imitation."""
        if word in self._exact:
            return not all(name.everyday for name in self._exact[word])
        return word in self._words.genuine and not lexicon.is_ordinary(word)

    def _heard(self, text: str, reading: Reading) -> Iterator[Mention]:
        for word, start, end in tokens_of(reading.text):
            if not word.isascii() and not _LATIN.search(word):
                first, last = reading.span(start, end)
                for hit in self._sounds.of(text[first:last]):
                    yield _mention(text, reading, start, end, hit)

    def _going_on(self, text: str, tokens: Sequence[Token]) -> tuple[list[int], set[int]]:
        """For each word the last of those after it that may be pieces of one name with it: each without a
        space before it, or short as the one before. And the words in which a name may begin that goes on in
        the next. Every word is asked, so it is quick.
        """
        last = len(tokens) - 1
        runs = list(range(last + 1))
        if last < 1:
            return runs, set()
        going_on = {0}
        beginnings = self._phrases.joints
        owned = any(sign in text for sign in APOSTROPHES)
        following, begins, _ = tokens[last]
        for at in range(last - 1, -1, -1):
            word, start, end = tokens[at]
            if (begins - end == 1 and text[end] != " " and not text[end].isspace()) or (
                len(word) <= 3 >= len(following)
            ):
                runs[at] = runs[at + 1]
                going_on.add(at)
            elif word + following in beginnings or (owned and text[end : end + 1] in APOSTROPHES):
                going_on.add(at)
            following, begins = word, start
        return runs, going_on

    def _windows(self, text: str, tokens: Sequence[Token], at: int, run: int) -> Iterator[tuple[int, Hit]]:
        """The names that begin with a word and go on in the next ones, or were cut into the pieces that end
        at `run`."""
        joined = tokens[at][0]
        for last in range(at + 1, min(len(tokens), at + _MOST_PIECES)):
            word, _, end = tokens[last]
            joined += word
            if len(joined) > _LONGEST:
                break
            if joined in self._exact:
                yield from ((last, hit) for hit in self._phrases.joined(text, joined, tokens[at : last + 1]))
            elif last == run and self._may_be_cut(joined, tokens[at : last + 1]):
                hits = self._words.alike(joined)
                if at == 0 and not hits and _is_close(text, tokens, last):
                    hits = self._words.known[joined] or self._words.far[joined]
                yield from ((last, hit) for hit in hits)
            elif at == 0 and last == 1:
                yield from ((last, hit) for hit in self._words.pair(tokens[0][0], word))
            if (
                last > run
                and joined not in self._phrases.beginnings
                and text[end : end + 1] not in APOSTROPHES
            ):
                break

    def _may_be_cut(self, joined: str, tokens: Sequence[Token]) -> bool:
        """Whether words may be the pieces of a name, as ordinary ones and numbers are not."""
        return (
            (len(joined) >= 5 or len(tokens) == len(joined) == 4)
            and not self._phrases.all_known(tokens)
            and 3 * sum(map(str.isdigit, joined)) <= len(joined)
            and not self._phrases.holds_word(tokens)
        )


def _is_close(text: str, tokens: Sequence[Token], at: int) -> bool:
    """Whether one character that is no space parts a word from the one before it."""
    ended, start = tokens[at - 1][2], tokens[at][1]
    return start - ended == 1 and not text[ended].isspace()


def _is_disguised(mention: Mention) -> bool:
    """Whether what was read by its looks is a disguise. Letters of one other script are that script's own
    word, unless each of them is taken for a letter of a name."""
    if _holds_latin(mention.found):
        return True
    return mention.score >= ALIKE and not lexicon.is_word_of_its_script(mention.found)


def _holds_latin(text: str) -> bool:
    return bool(_LATIN.search(unicodedata.normalize("NFKC", text)))


def _mixes_scripts(text: str) -> bool:
    """Whether a Greek or Cyrillic letter stands among Latin ones, as no language writes."""
    return bool(_LATIN.search(text) and _GREEK_OR_CYRILLIC.search(text))


def _mention(text: str, reading: Reading, start: int, end: int, hit: Hit) -> Mention:
    span = reading.span(start, end)
    found = text[span[0] : span[1]]
    name, likeness, score, everyday, detail = hit.name, hit.likeness, hit.score, hit.everyday, hit.detail
    if likeness is Likeness.EXACT and found.lower() != name.key:
        likeness, detail = disguise(text, span, name, reading, reading.turned(start, end))
        if likeness is not Likeness.EXACT:
            score = 0.98
            short = len(name.key) < 4 and not _mixes_scripts(found)
            everyday = everyday and (short or lexicon.is_accented_word(found))
    return Mention(name.brand, name.mark, span, found, likeness, score, everyday, detail)


def _surest(found: list[Mention]) -> list[Mention]:
    """Of mentions that overlap, the exact, then the longer, then the surer; equals on one span stay
    together."""
    order = sorted(
        found,
        key=lambda m: (m.everyday, m.likeness is not Likeness.EXACT, m.span[0] - m.span[1], -m.score),
    )
    taken = bytearray(max(mention.span[1] for mention in found))
    kept: dict[Span, dict[tuple[str, str], Mention]] = {}
    for mention in order:
        start, end = mention.span
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\1" * (end - start)
            kept[mention.span] = {(mention.brand, mention.mark): mention}
        elif mention.span in kept:
            equals = kept[mention.span]
            if next(iter(equals.values())).score == mention.score:
                equals.setdefault((mention.brand, mention.mark), mention)
    return [mention for span in sorted(kept) for mention in kept[span].values()]
