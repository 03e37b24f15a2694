"""The guides show pictures that exist, and every picture is shown."""

from __future__ import annotations

import re

from tests.portal.gallery import IMAGES
from tests.support.sources import ROOT

MOST, EACH = 2_000_000, 150_000  # bytes that pictures may weigh in the repository
GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))


def test_the_guides_show_every_picture_and_none_that_is_missing():
    shown = {
        name
        for guide in GUIDES
        for name in re.findall(r'src="images/([^"]+)"', guide.read_text())
    }

    assert shown == {path.name for path in IMAGES.glob("*.png")}


def test_every_picture_says_in_words_what_it_shows():
    for guide in GUIDES:
        pictures = re.findall(r"<img [^>]+>", guide.read_text())
        assert all(re.search(r'alt="[^"]{10,}"', each) for each in pictures), guide


def test_the_pictures_are_small():
    sizes = [path.stat().st_size for path in IMAGES.glob("*.png")]

    assert sum(sizes) <= MOST
    assert max(sizes) <= EACH
