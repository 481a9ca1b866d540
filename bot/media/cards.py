"""Draws cards: the words of a story on a newsroom's colours, for where there is no photo, and as slides of films.

Imported only where pictures are opened: in the worker process, and in a rehearsal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil

from PIL import Image, ImageDraw, ImageOps

from bot.media.crop import filled
from bot.media.develop import opened
from bot.media.lettering import Face, Typeface, cut, wrapped
from bot.media.prints import Unusable
from bot.media.slides import TALL, Box, Size, Slide, Theme

__all__ = ["draw", "safe_area"]

_SCALES = tuple(0.94**step for step in range(14))
"""How much smaller a headline is tried, down to less than half."""
_WITH_SENTENCE = 8
"""So many of them with the sentence below: a smaller headline does better without it."""
_HEADLINE, _ALONE, _SENTENCE, _LEAST_SENTENCE, _KICKER, _CREDIT, _NAME = 104, 84, 52, 40, 38, 28, 38
"""Pixels, where words have as much room as on an upright card: _ROOM."""
_ROOM = (940, 900)
_LEAST_UNIT = 0.7
_WORDS_SHARE = 0.55
"""The most of a card that words take from its photo."""
_GAP = 44


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of words, `above` pixels below the one before."""

    text: str
    face: Face
    colour: str
    above: int = 0


def safe_area(theme: Theme, size: Size) -> Box:
    """Tell where words may stand: on a telephone's whole screen where the theme says, else a margin away from edges."""
    width, height = size
    if height > 1.5 * width:
        left, top, right, bottom = theme.safe
        wide, high = TALL
        return width * left // wide, height * top // high, width * right // wide, height * bottom // high
    margin = min(size) * 70 // 1080
    return margin, margin, width - margin, height - margin


def draw(slide: Slide, theme: Theme, size: Size) -> bytes:
    """Draw a card as a PNG; the same again gives the same bytes. Raises Unusable."""
    sheet = Image.new("RGB", size, theme.background)
    typeface = Typeface(theme.font, slide.headline or slide.sentence or theme.name)
    easel = _Easel(sheet, theme, typeface, _column(slide, theme, size, typeface))
    if slide.is_closing:
        easel.close(slide)
    else:
        easel.tell(slide)
    out = BytesIO()
    sheet.save(out, "PNG", compress_level=1 if slide.photo else 6)
    return out.getvalue()


def _column(slide: Slide, theme: Theme, size: Size, typeface: Typeface) -> Box:
    """Tell where words may stand beside a photo: below it, or on the side reading starts at."""
    left, top, right, bottom = safe_area(theme, size)
    if not slide.photo or slide.is_closing:
        return left, top, right, bottom
    if size[1] >= size[0]:
        return left, max(top, bottom - int(_WORDS_SHARE * size[1])), right, bottom
    wide = int(_WORDS_SHARE * size[0]) - left
    return (left, top, left + wide, bottom) if typeface.way == "ltr" else (right - wide, top, right, bottom)


class _Easel:
    """A sheet, and how to write on it."""

    def __init__(self, sheet: Image.Image, theme: Theme, typeface: Typeface, column: Box) -> None:
        self._sheet, self._theme, self._typeface = sheet, theme, typeface
        self._left, self._top, self._right, self._bottom = column
        self._wide = self._right - self._left
        room = (self._wide / _ROOM[0], (self._bottom - self._top) / _ROOM[1])
        self._unit = max(min(1.0, *room), _LEAST_UNIT)
        self._gap = round(_GAP * self._unit)
        self._draw = ImageDraw.Draw(sheet)

    def tell(self, slide: Slide) -> None:
        """Write the words, and set the photo into the room they leave."""
        ends = self._bottom - self._foot()
        bar = self._scaled(8)
        lines = self._lines(slide, ends - self._top - bar - self._gap // 2)
        needs = bar + self._gap // 2 + _height(lines)
        is_below = bool(slide.photo) and self._sheet.height >= self._sheet.width
        top = ends - needs if is_below else (self._top + ends - needs) // 2
        if slide.photo:
            self._set_in(slide, top - self._gap if is_below else None)
        long = self._scaled(96)
        start = self._left if self._typeface.way == "ltr" else self._right - long
        self._draw.rectangle((start, top, start + long - 1, top + bar - 1), self._theme.accent)
        self._write(lines, top + bar + self._gap // 2)

    def close(self, slide: Slide) -> None:
        """Write whose story it is: logo, name and address, in the middle."""
        theme, logo = self._theme, self._logo(0.6, 0.3)
        lines = [
            *self._wrapped(theme.name, self._at(68, bold=True), theme.text, above=self._gap if logo else 0),
            *self._wrapped(theme.address, self._at(44), theme.accent, above=self._gap // 2),
            *self._wrapped(slide.sentence, self._at(_SENTENCE), theme.text, above=self._gap),
        ]
        needs = _height(lines) + (logo.height if logo else 0)
        top = (self._top + self._bottom - needs) // 2
        if logo:
            self._sheet.paste(logo, (self._left + (self._wide - logo.width) // 2, top), logo)
            top += logo.height
        self._write(lines, top, is_centred=True)

    def _lines(self, slide: Slide, room: int) -> list[_Line]:
        """Set the words as large as they fit: first the sentence goes, then words are broken, then lines are cut."""
        beside = [sentence for sentence in (slide.sentence, "") if slide.headline or not sentence]
        tries = [(scale, beside[0], False) for scale in _SCALES[:_WITH_SENTENCE]]
        tries += [(scale, "", False) for scale in _SCALES]
        tries += [(_SCALES[_WITH_SENTENCE], sentence, True) for sentence in beside]
        for scale, sentence, breaks in tries:
            lines = self._at_scale(slide, sentence, scale, breaks=breaks)
            if lines and _height(lines) <= room:
                return lines
        return self._cut(slide, room)

    def _at_scale(self, slide: Slide, sentence: str, scale: float, *, breaks: bool) -> list[_Line] | None:
        face = self._headline_face(slide, scale)
        told = self._typeface.spelled(slide.headline or slide.sentence)
        words = wrapped(told, face, self._wide, breaks=breaks)
        return None if words is None else self._around(slide, words, face, sentence, scale)

    def _cut(self, slide: Slide, room: int) -> list[_Line]:
        """Keep as many lines of a headline as there is room for."""
        face = self._headline_face(slide, _SCALES[-1])
        told = self._typeface.spelled(slide.headline or slide.sentence)
        words = wrapped(told, face, self._wide, breaks=True) or ()
        for most in range(len(words), 0, -1):
            lines = self._around(slide, cut(words, most, face, self._wide), face, "", _SCALES[-1])
            if _height(lines) <= room:
                break
        return lines

    def _headline_face(self, slide: Slide, scale: float) -> Face:
        size = _HEADLINE if slide.headline else _ALONE
        return self._at(size * scale, bold=bool(slide.headline))

    def _around(self, slide: Slide, words: Sequence[str], face: Face, sentence: str, scale: float) -> list[_Line]:
        """Put a headline's lines between what stands above and below."""
        text, gap = self._theme.text, self._gap
        small = self._at(max(_SENTENCE * scale, _LEAST_SENTENCE))
        kicker = self._wrapped(slide.kicker, self._at(_KICKER, bold=True), self._theme.accent, most=1)
        return [
            *kicker,
            *(_Line(each, face, text, gap // 3 if kicker and not n else 0) for n, each in enumerate(words)),
            *self._wrapped(sentence, small, text, above=gap * 2 // 3),
            *self._wrapped(slide.credit, self._at(_CREDIT), text, above=gap * 2 // 3, most=2),
        ]

    def _wrapped(self, text: str, face: Face, colour: str, *, above: int = 0, most: int = 99) -> list[_Line]:
        if not (spelled := self._typeface.spelled(text)):
            return []
        lines = cut(wrapped(spelled, face, self._wide, breaks=True) or (), most, face, self._wide)
        return [_Line(each, face, colour, 0 if n else above) for n, each in enumerate(lines)]

    def _foot(self) -> int:
        """Sign a card with the logo, or the name where there is none; returns how high that is."""
        logo = self._logo(0.4, 0.08)
        name = [] if logo else self._wrapped(self._theme.name, self._at(_NAME, bold=True), self._theme.text, most=1)
        if logo:
            at = self._left if self._typeface.way == "ltr" else self._right - logo.width
            self._sheet.paste(logo, (at, self._bottom - logo.height), logo)
        self._write(name, self._bottom - _height(name))
        needs = logo.height if logo else _height(name)
        return needs + self._gap if needs else 0

    def _write(self, lines: Sequence[_Line], top: int, *, is_centred: bool = False) -> None:
        for line in lines:
            top += line.above
            start, end = line.face.box(line.text)
            indent = (self._wide - (end - start)) / 2 if is_centred else 0.0
            is_ltr = line.face.way == "ltr"
            across = ceil(self._left + indent - start) if is_ltr else int(self._right - indent + start)
            self._draw.text(
                (across, top),
                line.text,
                line.colour,
                font=line.face.font,
                anchor="la" if is_ltr else "ra",
                direction=line.face.told_way,
            )
            top += line.face.height

    def _set_in(self, slide: Slide, ends: int | None) -> None:
        """Fill the sheet above `ends` with a photo, or what is beside the words; its edge fades into the ground."""
        sheet, is_ltr = self._sheet, self._typeface.way == "ltr"
        begins = self._right + self._gap if is_ltr else self._left - self._gap
        size = (sheet.width, ends) if ends is not None else (sheet.width - begins if is_ltr else begins, sheet.height)
        base, _ = opened(slide.photo, max(sheet.size))
        picture = filled(base, size, slide.focus)
        turn = _TURNS["below" if ends is not None else self._typeface.way]
        fade = Image.linear_gradient("L").point(lambda value: max(value - 215, 0) * 6.4)
        fade = fade.transpose(turn) if turn is not None else fade
        picture.paste(self._theme.background, (0, 0), fade.resize(size))
        sheet.paste(picture, (begins if ends is None and is_ltr else 0, 0))

    def _logo(self, wide: float, high: float) -> Image.Image | None:
        """Open the logo, at most such shares of the column and the sheet. Raises Unusable."""
        if self._theme.logo is None:
            return None
        try:
            with Image.open(self._theme.logo, formats=("PNG", "JPEG", "WEBP")) as image:
                box = (int(self._wide * wide), int(min(self._sheet.size) * high))
                return ImageOps.contain(image.convert("RGBA"), box, Image.Resampling.LANCZOS)
        except (OSError, ValueError, SyntaxError) as e:
            raise Unusable(f"the logo for cards, {self._theme.logo.name}, could not be read") from e

    def _at(self, size: float, *, bold: bool = False) -> Face:
        return self._typeface.at(round(size * self._unit), bold=bold)

    def _scaled(self, size: int) -> int:
        return round(size * self._unit)


_TURNS = {"below": None, "ltr": Image.Transpose.ROTATE_270, "rtl": Image.Transpose.ROTATE_90}
"""How the fading is turned, which is made for a picture above words."""


def _height(lines: Sequence[_Line]) -> int:
    return sum(line.above + line.face.height for line in lines)
